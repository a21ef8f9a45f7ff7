/** How deep an event may nest. */
export const EVENT_DEPTH_MAX = 32;

/** Why parsed JSON is no event; undefined if it is one: an object, not too deep, no field of which is a trap. */
export function eventFlaw(event: unknown): string | undefined {
  if (typeof event !== 'object' || event === null || Array.isArray(event)) {
    return `is ${event === null ? 'null' : Array.isArray(event) ? 'a list' : `a ${typeof event}`}, expected an object`;
  }
  return flawInside(event, 1);
}

function flawInside(value: object, depth: number): string | undefined {
  if (depth > EVENT_DEPTH_MAX) return `nests deeper than ${EVENT_DEPTH_MAX}`;
  if (Array.isArray(value)) {
    for (const item of value) {
      const flaw = typeof item === 'object' && item !== null ? flawInside(item as object, depth + 1) : undefined;
      if (flaw !== undefined) return flaw;
    }
    return undefined;
  }
  for (const name in value) {
    // Whoever copies it by assignment would set the prototype of the copy.
    if (name === '__proto__') return 'has a field named __proto__';
    const field = (value as Record<string, unknown>)[name];
    const flaw = typeof field === 'object' && field !== null ? flawInside(field, depth + 1) : undefined;
    if (flaw !== undefined) return flaw;
  }
  return undefined;
}
