import { errors } from '../error.ts';
import { EVENT_DEPTH_MAX } from '../json-flaw.ts';

/**
 * The JSON of a value, or UNSENDABLE_VALUE where JSON would say something else or a receiver would refuse it.
 *
 * What is sent has to be the value that was given, so NaN, bigints, Dates, Maps and objects of a class are
 * refused rather than bent. A field that is undefined is left out.
 */
export function valueText(value: unknown): string {
  check(value, '', 1);
  return JSON.stringify(value);
}

function check(value: unknown, path: string, depth: number): void {
  switch (typeof value) {
    case 'string':
    case 'boolean':
      return;
    case 'number':
      if (!Number.isFinite(value)) throw errors.UNSENDABLE_VALUE({ what: String(value), path });
      return;
    case 'object':
      if (value !== null) checkInside(value, path, depth);
      return;
    default:
      throw errors.UNSENDABLE_VALUE({ what: value === undefined ? 'undefined' : `a ${typeof value}`, path });
  }
}

function checkInside(value: object, path: string, depth: number): void {
  if (depth > EVENT_DEPTH_MAX) throw errors.UNSENDABLE_VALUE({ what: `nested deeper than ${EVENT_DEPTH_MAX}`, path });
  if (Array.isArray(value)) {
    // By index: a hole is undefined, and JSON would make null of it.
    for (let i = 0; i < value.length; i += 1) check(value[i], `${path}[${i}]`, depth + 1);
    return;
  }
  const prototype = Object.getPrototypeOf(value) as object | null;
  if (prototype !== Object.prototype && prototype !== null) {
    throw errors.UNSENDABLE_VALUE({ what: `an object of ${(value.constructor as { name?: string } | undefined)?.name ?? 'a class'}`, path });
  }
  for (const name of Object.keys(value)) {
    const inside = path === '' ? name : `${path}.${name}`;
    if (name === '__proto__' || name === 'toJSON') throw errors.UNSENDABLE_VALUE({ what: `named ${name}`, path: inside });
    const field = (value as Record<string, unknown>)[name];
    if (field !== undefined) check(field, inside, depth + 1);
  }
}
