/**
 * The JSON of any value that events and results may hold.
 *
 * Where JSON has no word for it: a bigint is its decimal digits as a string, a Map the list of its
 * pairs, a Set the list of its members, bytes are base64, NaN and the infinities are null, and so is
 * a row that is undefined.
 */
export function jsonText(value: unknown): string {
  return (speaksJson(value) ? JSON.stringify(value) : JSON.stringify(value, spelled)) ?? 'null';
}

/** Whether JSON.stringify alone spells the value; with a replacer it takes many times as long. */
function speaksJson(value: unknown): boolean {
  if (typeof value === 'bigint') return false;
  if (typeof value !== 'object' || value === null) return true;
  if (value instanceof Map || value instanceof Set || value instanceof Uint8Array) return false;
  for (const name in value) if (!speaksJson((value as Record<string, unknown>)[name])) return false;
  return true;
}

/** JSON.stringify asks with the holder as `this`; a Buffer has already spelled itself when `value` comes. */
function spelled(this: Record<string, unknown>, name: string, value: unknown): unknown {
  const original = this[name];
  if (typeof original === 'bigint') return original.toString();
  if (original instanceof Map || original instanceof Set) return [...original];
  if (original instanceof Uint8Array) return Buffer.from(original).toString('base64');
  return value;
}
