/** So many rows are sorted fastest by putting each in its place. */
const FEW = 8;

/** Puts rows in the order of their numbers in a column, and gives them back. */
export function sortRows(rows: number[], numbers: readonly number[]): number[] {
  if (rows.length > FEW) return rows.sort((a, b) => (numbers[a] as number) - (numbers[b] as number));
  for (let i = 1; i < rows.length; i += 1) {
    const row = rows[i] as number;
    let at = i;
    for (; at > 0 && (numbers[rows[at - 1] as number] as number) > (numbers[row] as number); at -= 1) rows[at] = rows[at - 1] as number;
    rows[at] = row;
  }
  return rows;
}
