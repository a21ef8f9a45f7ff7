import type { KeyPart } from '../state/key.ts';
import type { Row } from './row.ts';

/** How the rows of a table are told apart: by their keys, and by their windows where they have any. */
export interface RowKeys {
  /** How many parts a key has. */
  readonly depth: number;
  readonly windowed: boolean;
  readonly toParts: (key: never) => readonly KeyPart[];
}

/** Where a row is kept: by the end of its window, or in the one space of a table without windows. */
export function spaceOf(row: Row<unknown, unknown>): number {
  return row.window === undefined ? 0 : row.window.end;
}

/** What tells a row from the others of its space. Sessions of one key may end together: their starts differ. */
export function partsOf({ windowed, toParts }: RowKeys, row: Row<unknown, unknown>): readonly KeyPart[] {
  const parts = toParts(row.key as never);
  return windowed ? [...parts, (row.window as { start: number }).start] : parts;
}

/** How many parts that is. */
export function partsCount({ depth, windowed }: RowKeys): number {
  return windowed ? depth + 1 : depth;
}

/** For tables whose keys are only known when they come: a plain key is its own part, a record is its text. */
export function keysAsTheyCome(windowed: boolean): RowKeys {
  return { depth: 1, windowed, toParts: (key: unknown) => [partOf(key)] };
}

function partOf(key: unknown): KeyPart {
  if (key === undefined) return null;
  if (typeof key !== 'object' || key === null) return key as KeyPart;
  const parts = Object.entries(key).sort(([a], [b]) => (a < b ? -1 : 1));
  return JSON.stringify(parts.map(([name, part]) => [name, typeof part, String(part)]));
}
