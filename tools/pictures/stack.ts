/** Something with a place on the axis. */
export interface Placed {
  readonly from: number;
  readonly to: number;
  /** Whoever shares it stands beside the one before, where there is room. */
  readonly like?: string;
}

/** For each, the row in which it overlaps nobody: that of the one it is like, or as high as there is room. */
export function stack(placed: readonly Placed[], gap: number): readonly number[] {
  const rows: { from: number; to: number }[][] = [];
  const likes = new Map<string, number>();
  return placed.map(({ from, to, like }) => {
    const isTaken = (row: number): boolean => rows[row]?.some((other) => from < other.to + gap && other.from < to + gap) ?? false;
    const beside = like === undefined ? undefined : likes.get(like);
    let row = beside === undefined || isTaken(beside) ? 0 : beside;
    while (isTaken(row)) row += 1;
    while (rows.length <= row) rows.push([]);
    rows[row]?.push({ from, to });
    if (like !== undefined) likes.set(like, row);
    return row;
  });
}
