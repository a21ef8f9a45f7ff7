import { errors } from '../error.ts';
import { type BareHaltPolicy, type LatePolicy, lateText } from './late-policy.ts';

/** Halts are told apart by whether something is kept to be counted again, and by whether there are keys that may stand still. */
type Kind = LatePolicy['kind'] | 'halt, nothing kept' | 'halt, without keys';

const written: Readonly<Record<Kind, string>> = {
  drop: 'drop()',
  revise: 'revise({ retain })',
  reconcile: 'reconcile({ at, keep })',
  halt: 'halt({ scope, keep })',
  'halt, nothing kept': 'halt({ scope })',
  'halt, without keys': "halt({ scope: 'partition' or 'pipeline' })",
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
  if (late === undefined || (isPolicy(late) && isOneOf(late, possible))) return;
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

function isOneOf(late: LatePolicy | BareHaltPolicy, possible: readonly Kind[]): boolean {
  if (late.kind !== 'halt' || late.keepMs !== undefined) return possible.includes(late.kind);
  return possible.includes('halt, nothing kept') || (late.scope !== 'key' && possible.includes('halt, without keys'));
}

function isPolicy(late: unknown): late is LatePolicy | BareHaltPolicy {
  return typeof late === 'object' && late !== null && 'kind' in late && Object.hasOwn(written, late.kind as string);
}

function textOf(late: unknown): string {
  if (isPolicy(late)) return lateText(late);
  return typeof late === 'string' ? `'${late}'` : late === null ? 'null' : typeof late === 'object' ? 'a record' : `a ${typeof late}`;
}
