import { decodeColumns, encodeColumns } from './column-block.ts';

/*
 * What one commit changed in one state; the payload of a CHANGELOG block.
 *
 *   payload := droppedLength:u32 spacesLength:u32 dropped spaces entries
 *   dropped := column-block(space)                     spaces that are gone: they erase older entries
 *   spaces  := column-block(space, count, (shadowing left)?)   whose entries follow, and how many of each
 *   entries := column-block(row, part…, value…)        the last version of each row that changed
 *
 * Lengths are in bytes. There are as many parts as the state's key has, and as many values as its shape
 * has slots. A row keeps its number for as long as its space lives, and for as long as it is in memory.
 * Where rows may leave memory: those of the entries of which the tree has an older version (see spill-tree.ts), and
 * those that have left with this commit, whose number may then be another row's.
 */
export interface ChangelogBlock {
  readonly dropped: readonly number[];
  readonly spaces: readonly ChangedSpace[];
  readonly row: readonly number[];
  readonly parts: readonly (readonly unknown[])[];
  readonly values: readonly (readonly unknown[])[];
}

export interface ChangedSpace {
  readonly space: number;
  readonly count: number;
  readonly shadowing?: readonly number[];
  readonly left?: readonly number[];
}

const HEADER_BYTES = 8;

export function encodeChangelog(block: ChangelogBlock): Uint8Array {
  const dropped = encodeColumns([block.dropped], block.dropped.length);
  const leaving = block.spaces.some((one) => one.left !== undefined) ? [block.spaces.map((one) => one.shadowing ?? []), block.spaces.map((one) => one.left ?? [])] : [];
  const spaces = encodeColumns([block.spaces.map(({ space }) => space), block.spaces.map(({ count }) => count), ...leaving], block.spaces.length);
  const entries = encodeColumns([block.row, ...block.parts, ...block.values], block.row.length);
  const header = new Uint8Array(HEADER_BYTES);
  const view = new DataView(header.buffer);
  view.setUint32(0, dropped.length, true);
  view.setUint32(4, spaces.length, true);
  return Buffer.concat([header, dropped, spaces, entries]);
}

export function decodeChangelog(payload: Uint8Array, depth: number, slots: number): ChangelogBlock {
  const view = new DataView(payload.buffer, payload.byteOffset, payload.byteLength);
  const spacesAt = HEADER_BYTES + view.getUint32(0, true);
  const entriesAt = spacesAt + view.getUint32(4, true);
  const [dropped = []] = decodeColumns(payload.subarray(HEADER_BYTES, spacesAt));
  const [space = [], count = [], shadowing, left] = decodeColumns(payload.subarray(spacesAt, entriesAt)) as [number[]?, number[]?, number[][]?, number[][]?];
  const [row = [], ...columns] = decodeColumns(payload.subarray(entriesAt));
  return {
    dropped: dropped as number[],
    spaces: space.map((id, i) => ({ space: id, count: count[i] as number, ...(shadowing !== undefined && left !== undefined && { shadowing: shadowing[i] as number[], left: left[i] as number[] }) })),
    row: row as number[],
    parts: columns.slice(0, depth),
    values: columns.slice(depth, depth + slots),
  };
}
