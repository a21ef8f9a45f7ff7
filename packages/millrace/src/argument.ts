import { errors } from './error.ts';
import { kindOf, textOf } from './reason.ts';

/*
 * What functions of the surface are given, checked where they are called: types do it for who uses them, and
 * this for who does not. `where` is the call as one would write it: 'map(change)'. BAD_ARGUMENT says what was
 * expected there and what came. Numbers have limits of their own, which are RangeErrors.
 */

/** A function that answers at once: of one declared async the promise would be taken for the answer. */
export function checkFunction(where: string, value: unknown): void {
  if (typeof value !== 'function') refuse(where, 'a function', value);
  const kind = kindOf(value);
  if (kind === '[object AsyncFunction]' || kind === '[object AsyncGeneratorFunction]') refuse(where, 'a function that answers at once', value);
}

/** As `checkFunction`, of one that may be left out. */
export function checkOptionalFunction(where: string, value: unknown): void {
  if (value !== undefined) checkFunction(where, value);
}

/** A function that may be async. */
export function checkCallable(where: string, value: unknown): void {
  if (typeof value !== 'function') refuse(where, 'a function', value);
}

/** A record: an object that is no list, whatever its class. */
export function checkRecord(where: string, value: unknown, expected = 'a record'): asserts value is Readonly<Record<string, unknown>> {
  if (typeof value !== 'object' || value === null || Array.isArray(value)) refuse(where, expected, value);
}

/** Options, with none but these names: one that nobody reads would look like one that is followed. */
export function checkOptions(where: string, options: unknown, names: readonly string[]): void {
  if (options === undefined) return;
  checkRecord(where, options, 'options');
  for (const name of Object.keys(options)) {
    if (!names.includes(name)) throw errors.BAD_ARGUMENT({ where, expected: names.length === 0 ? 'no options' : `no options but ${names.join(', ')}`, found: `'${name}'` });
  }
}

/** As `checkOptions`, where they cannot be left out. */
export function checkGiven(where: string, options: unknown, names: readonly string[]): void {
  checkRecord(where, options, 'options');
  checkOptions(where, options, names);
}

/** Text that is not empty: a name, a path. */
export function checkText(where: string, value: unknown, expected: string): void {
  if (typeof value !== 'string' || value === '') refuse(where, expected, value);
}

/** The name of a state, where it has one. */
export function checkStateName(where: string, name: unknown): void {
  if (name !== undefined) checkText(where, name, 'a name, text that is not empty');
}

/** One of some words, where it is given. */
export function checkWord(where: string, value: unknown, words: readonly string[]): void {
  if (value !== undefined && !words.includes(value as string)) refuse(where, words.map((word) => `'${word}'`).join(' or '), value);
}

/** An object that has these functions: what `expected` says, by the way in which it is made. */
export function checkMade(where: string, value: unknown, functions: readonly string[], expected: string): void {
  const isMade = typeof value === 'object' && value !== null && functions.every((name) => typeof (value as Record<string, unknown>)[name] === 'function');
  if (!isMade) refuse(where, expected, value);
}

/** A stream or a table: something that comes out of a step. Which of them it is, is the step's to say. */
export function checkOutput(where: string, value: unknown, expected: string): void {
  checkRecord(where, value, expected);
  if (typeof value['port'] !== 'object') refuse(where, expected, value);
}

/** Throws BAD_ARGUMENT. */
export function refuse(where: string, expected: string, found: unknown): never {
  throw errors.BAD_ARGUMENT({ where, expected, found: foundText(found) });
}

function foundText(value: unknown): string {
  if (typeof value === 'string') return value === '' ? 'an empty text' : `'${value.slice(0, 40)}'`;
  if (Array.isArray(value)) return value.length === 0 ? 'an empty list' : 'a list';
  if (typeof value === 'function') return kindOf(value).startsWith('[object Async') ? 'an async one' : 'a function';
  if (typeof value === 'object' && value !== null) return kindOf(value) === '[object Promise]' ? 'a promise' : 'an object';
  return textOf(value);
}
