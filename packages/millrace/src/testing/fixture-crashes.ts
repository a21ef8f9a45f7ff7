/**
 * Every way for the store of a marble run to commit in one column, and for the process to die in a
 * later one or not at all: the `store` of `MarbleOptions`.
 */
export function everyCrash(columns: number): readonly string[] {
  const drawn: string[] = [];
  for (let commit = 0; commit < columns; commit += 1) {
    for (let crash = commit + 1; crash <= columns; crash += 1) {
      const marks = [...'-'.repeat(columns)];
      marks[commit] = 'c';
      if (crash < columns) marks[crash] = 'x';
      drawn.push(marks.join(''));
    }
  }
  return drawn;
}
