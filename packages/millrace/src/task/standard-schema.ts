/*
 * What schema libraries have in common: version 1 of https://standardschema.dev, as far as it is used here.
 * The specification asks for its interface to be copied, so that nobody depends on a package for it.
 */

/** A schema of any library that keeps to Standard Schema: Zod, Valibot, ArkType and others. */
export interface StandardSchema<Input = unknown, Output = Input> {
  readonly '~standard': {
    readonly version: 1;
    readonly vendor: string;
    readonly validate: (value: unknown) => SchemaResult<Output> | Promise<SchemaResult<Output>>;
    readonly types?: { readonly input: Input; readonly output: Output } | undefined;
  };
}

export type SchemaResult<Output> =
  | { readonly value: Output; readonly issues?: undefined }
  | { readonly issues: readonly SchemaIssue[] };

export interface SchemaIssue {
  readonly message: string;
  readonly path?: readonly (PropertyKey | { readonly key: PropertyKey })[] | undefined;
}

/** What a schema makes of what it takes. */
export type SchemaOutput<S extends StandardSchema> = S extends StandardSchema<unknown, infer Output> ? Output : never;
