import type { Space } from './space.ts';

/** A list of rows of several spaces, as two arrays, because it is filled event by event. */
export class RowList {
  readonly spaces: Space[] = [];
  readonly rows: number[] = [];

  get length(): number {
    return this.rows.length;
  }

  add(space: Space, row: number): void {
    this.spaces.push(space);
    this.rows.push(row);
  }

  filter(keep: (space: Space, row: number) => boolean): RowList {
    const kept = new RowList();
    for (let i = 0; i < this.rows.length; i += 1) {
      const space = this.spaces[i] as Space;
      const row = this.rows[i] as number;
      if (keep(space, row)) kept.add(space, row);
    }
    return kept;
  }

  each(visit: (space: Space, row: number) => void): void {
    for (let i = 0; i < this.rows.length; i += 1) visit(this.spaces[i] as Space, this.rows[i] as number);
  }
}
