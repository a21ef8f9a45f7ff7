/** A moment as people and programs read it: RFC 3339 in UTC, without fractions where there are none. */
export const instant = (ms: number): string => new Date(ms).toISOString().replace('.000Z', 'Z');
