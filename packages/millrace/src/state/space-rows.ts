import type { Space } from './space.ts';

/** Some rows of one space. */
export interface SpaceRows {
  readonly space: Space;
  readonly rows: readonly number[];
}

export function countRows(list: readonly SpaceRows[]): number {
  return list.reduce((sum, { rows }) => sum + rows.length, 0);
}
