/** How deep an event may nest. */
export const EVENT_DEPTH_MAX = 32;

/** What is wrong inside a value of parsed JSON: it nests too deep, or a field is a trap; undefined if nothing is. */
export function jsonFlaw(value: unknown): string | undefined {
  return typeof value === 'object' && value !== null ? flawInside(value, 1) : undefined;
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
