import { jsonFlaw } from '../json-flaw.ts';

/** Why parsed JSON is no event; undefined if it is one: an object, not too deep, no field of which is a trap. */
export function eventFlaw(event: unknown): string | undefined {
  if (typeof event !== 'object' || event === null || Array.isArray(event)) {
    return `is ${event === null ? 'null' : Array.isArray(event) ? 'a list' : `a ${typeof event}`}, expected an object`;
  }
  return jsonFlaw(event);
}
