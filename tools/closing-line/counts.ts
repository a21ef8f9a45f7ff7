/** How a run of tests ended. */
export type Counts = { readonly passed: number; readonly failed: number; readonly skipped: number };

/** The line by which CI judges a run: alone on its line, and the last one. */
export function closingLine({ passed, failed, skipped }: Counts): string {
  return `${passed} passed, ${failed} failed${skipped > 0 ? `, ${skipped} skipped` : ''}`;
}
