import { errors } from '../error.ts';
import { type LatePolicy, lateText } from './late-policy.ts';

type Kind = LatePolicy['kind'];

const written: Readonly<Record<Kind, string>> = {
  drop: 'drop()',
  revise: 'revise({ retain })',
  reconcile: 'reconcile({ at, keep })',
  halt: 'halt({ scope, keep })',
};

/** Of what is made of tables. */
export const AS_THE_TABLE: string = 'it revises when the tables it is made of do';

/** A step in words: what it does, and its name where it has one. */
export function stepText(what: string, name: string | undefined): string {
  return name === undefined ? what : `${what} '${name}'`;
}

/**
 * Refuses a policy for late events that a step does not have, where the program is written: a policy that
 * nobody follows would look like one that is followed. `why` says what there is to know besides.
 */
export function checkLate(step: string, late: unknown, possible: readonly Kind[], why?: string): void {
  if (late === undefined || (isPolicy(late) && possible.includes(late.kind))) return;
  const policies = possible.length === 0 ? 'none' : possible.map((kind) => written[kind]).join(' or ');
  throw errors.LATE_NOT_POSSIBLE({ step, asked: textOf(late), possible: why === undefined ? policies : `${policies}: ${why}` });
}

/** As `checkLate`, of steps that always drop: their options have no `late`, but programs need not be compiled with types. */
export function checkDrops(step: string, options: object | undefined): void {
  checkLate(step, lateOf(options), ['drop']);
}

/** As `checkLate`, where it is not a policy but a word. */
export function checkWord(step: string, options: object, words: readonly string[]): void {
  const late = lateOf(options);
  if (late === undefined || words.includes(late as string)) return;
  throw errors.LATE_NOT_POSSIBLE({ step, asked: textOf(late), possible: words.map((word) => `'${word}'`).join(' or ') });
}

/** What options say about late events that have no such field by their types. */
export function lateOf(options: object | undefined): unknown {
  return options !== undefined && 'late' in options ? options.late : undefined;
}

function isPolicy(late: unknown): late is LatePolicy {
  return typeof late === 'object' && late !== null && 'kind' in late && Object.hasOwn(written, late.kind as string);
}

function textOf(late: unknown): string {
  if (isPolicy(late)) return lateText(late);
  return typeof late === 'string' ? `'${late}'` : late === null ? 'null' : typeof late === 'object' ? 'a record' : `a ${typeof late}`;
}
