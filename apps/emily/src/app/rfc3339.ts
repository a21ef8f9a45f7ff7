/*
 * A point in time as RFC 3339 writes it. Date.parse takes much more, and takes what names no zone for
 * the zone of the server: the same event would be billed in another month elsewhere.
 *
 *   time := date ('T' | 't') hh ':' mm ':' ss ['.' digit+] ('Z' | 'z' | ('+' | '-') hh ':' mm)
 */
const shape = /^(\d{4}-\d\d-\d\d)t\d\d:\d\d:\d\d(\.\d+)?(z|[+-]\d\d:\d\d)$/i;

/** In ms since 1970, finer fractions cut off; undefined for anything else, days that no month has, and earlier times. */
export function rfc3339Ms(text: unknown): number | undefined {
  const date = typeof text === 'string' ? shape.exec(text)?.[1] : undefined;
  if (date === undefined || !isDay(date)) return undefined;
  const ms = Date.parse((text as string).toUpperCase());
  return ms >= 0 ? ms : undefined;
}

/** Date.parse makes the 2nd of March of a 30th of February. */
function isDay(date: string): boolean {
  const ms = Date.parse(`${date}T00:00:00Z`);
  return !Number.isNaN(ms) && new Date(ms).toISOString().startsWith(date);
}
