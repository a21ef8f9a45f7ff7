import type { z } from 'zod';

/** What there is to say of one route: the document that strangers read is made of these, and tests hold the routes to them. */
export type Operation = {
  readonly summary: string;
  readonly tag: Tag;
  /** Who may, in words; left out: everybody. */
  readonly access?: string;
  /** Parameters of the question, by name. */
  readonly query?: Readonly<Record<string, Parameter>>;
  /** What stands in the path for `:id` or `*`. */
  readonly id?: Parameter;
  readonly headers?: Readonly<Record<string, Parameter>>;
  readonly body?: Body;
  readonly answers: Readonly<Record<number, Answer>>;
  /** Statuses of errors, besides those that any route may answer. */
  readonly problems?: readonly number[];
};

export type Tag = 'models' | 'numbers' | 'accounts' | 'budgets' | 'operation';

export type Parameter = { readonly about: string; readonly shape: z.ZodType };

export type Body = {
  readonly types: readonly string[];
  readonly shape: z.ZodType;
  /** Left out: it must be there. */
  readonly optional?: true;
};

export type Answer = {
  readonly about: string;
  /** By content type; a text where there is no shape. */
  readonly content: Readonly<Record<string, z.ZodType | 'text'>>;
};

/** An answer in JSON. */
export const json = (about: string, shape: z.ZodType): Answer => ({ about, content: { 'application/json': shape } });

export const jsonBody = (shape: z.ZodType): Body => ({ types: ['application/json'], shape });
