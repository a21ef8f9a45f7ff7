/** Something with a place on the axis. */
export interface Placed {
  readonly from: number;
  readonly to: number;
  /** Those that share it belong together: they stand side by side, and nobody comes between them. */
  readonly like?: string;
}

/** For each, the row in which it overlaps nobody: that of those it is like, or as high as there is room. */
export function stack(placed: readonly Placed[], gap: number): readonly number[] {
  const rows: { from: number; to: number; like: string | undefined }[][] = [];
  const extents = new Map<string, { from: number; to: number }>();
  for (const { from, to, like } of placed) {
    if (like === undefined) continue;
    const extent = extents.get(like) ?? { from, to };
    extents.set(like, { from: Math.min(extent.from, from), to: Math.max(extent.to, to) });
  }
  const overlap = (a: { from: number; to: number }, b: { from: number; to: number }): boolean => a.from < b.to + gap && b.from < a.to + gap;
  return placed.map((one) => {
    const { like } = one;
    const whole = (like === undefined ? undefined : extents.get(like)) ?? one;
    const isFree = (row: number): boolean =>
      (rows[row] ?? []).every((other) => {
        if (like !== undefined && other.like === like) return !overlap(one, other);
        return !overlap(whole, (other.like === undefined ? undefined : extents.get(other.like)) ?? other);
      });
    let row = 0;
    while (!isFree(row)) row += 1;
    while (rows.length <= row) rows.push([]);
    rows[row]?.push({ from: one.from, to: one.to, like });
    return row;
  });
}
