/**
 * The version of the IANA time zone database that this process calculates by: '2025b'.
 *
 * It comes with Node. Another version may know of other changes of clocks, in the past too.
 */
export const tzdbVersion: string = process.versions['tz'] ?? 'unknown';
