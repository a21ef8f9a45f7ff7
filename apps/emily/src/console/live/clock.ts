/*
 * The console's clock. Moments that matter come from the server; this one only tells how long ago
 * something arrived here, so it is the monotonic one.
 */
export const elapsedMs = (): number => performance.now();
