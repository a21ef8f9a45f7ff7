import { errors } from '../error.ts';
import { textOf } from '../reason.ts';
import type { BadReason } from './source.ts';
import type { SchemaIssue, StandardSchema } from './standard-schema.ts';

/** How the events of a source become those of its stream. */
export interface IntakeRules {
  readonly source: string;
  /** From the version `oldest` on, what brings an event to the next one; empty where there are no versions. */
  readonly upcasts: readonly ((event: unknown) => unknown)[];
  readonly oldest: number;
  readonly version: (event: unknown) => unknown;
  readonly schema: StandardSchema | undefined;
}

/** `admit` refuses an event with it. */
export const REFUSED: unique symbol = Symbol('refused');

/** The most issues that are told of one event. */
const ISSUES_MAX = 10;

/**
 * Brings each event of a source to the newest version, step by step, and has the schema judge it.
 *
 * What has another version, or is not what the schema says, is refused with a reason.
 */
export class Intake {
  /** Why the last event was refused. */
  reason: BadReason = 'invalid';
  message = '';
  readonly #rules: IntakeRules;

  constructor(rules: IntakeRules) {
    this.#rules = rules;
  }

  admit(event: unknown): unknown {
    const { upcasts, schema } = this.#rules;
    const newest = upcasts.length === 0 ? event : this.#upcast(event);
    return schema === undefined || newest === REFUSED ? newest : this.#validated(schema, newest);
  }

  #upcast(event: unknown): unknown {
    const { upcasts, oldest } = this.#rules;
    const version = this.#rules.version(event);
    const newest = oldest + upcasts.length;
    if (typeof version !== 'number' || !Number.isInteger(version) || version < oldest || version > newest) {
      this.reason = 'unknown-version';
      this.message = `its version is ${textOf(version)}; expected ${oldest} to ${newest}`;
      return REFUSED;
    }
    let current = event;
    for (let step = version - oldest; step < upcasts.length; step += 1) current = (upcasts[step] as (event: unknown) => unknown)(current);
    return current;
  }

  #validated(schema: StandardSchema, event: unknown): unknown {
    const { vendor, validate } = schema['~standard'];
    const result = validate(event);
    if ('then' in result) {
      // Whatever it would have said: nobody waits for it.
      result.then(undefined, () => {});
      throw errors.SCHEMA_ASYNC({ source: this.#rules.source, vendor });
    }
    if (result.issues === undefined) return result.value;
    this.reason = 'invalid';
    const shown = result.issues.slice(0, ISSUES_MAX).map(issueText);
    const more = result.issues.length - shown.length;
    this.message = `${shown.join('; ')}${more > 0 ? `; and ${more} more` : ''}`;
    return REFUSED;
  }
}

function issueText({ path = [], message }: SchemaIssue): string {
  const place = path.map((part) => textOf(typeof part === 'object' ? part.key : part)).join('.');
  return place === '' ? message : `${place}: ${message}`;
}
