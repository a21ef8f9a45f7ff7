import { decodeColumns, encodeColumns } from './column-block.ts';

/*
 * What one commit changed in one state; the payload of a CHANGELOG block.
 *
 *   payload := length:u32 dropped entries
 *   dropped := column-block(space)                                    spaces that are gone: they erase older entries
 *   entries := column-block(space, row, part…, value…)    the last version of each row that changed
 *
 * `length` is that of `dropped` in bytes. There are as many parts as the state's key has, and as many
 * values as its shape has slots. A row keeps its number for as long as its space lives.
 */
export interface ChangelogBlock {
  readonly dropped: readonly number[];
  readonly space: readonly number[];
  readonly row: readonly number[];
  readonly parts: readonly (readonly unknown[])[];
  readonly values: readonly (readonly unknown[])[];
}

const LENGTH_BYTES = 4;

export function encodeChangelog(block: ChangelogBlock): Uint8Array {
  const dropped = encodeColumns([block.dropped], block.dropped.length);
  const columns = [block.space, block.row, ...block.parts, ...block.values];
  const entries = encodeColumns(columns, block.row.length);
  const payload = new Uint8Array(LENGTH_BYTES + dropped.length + entries.length);
  new DataView(payload.buffer).setUint32(0, dropped.length, true);
  payload.set(dropped, LENGTH_BYTES);
  payload.set(entries, LENGTH_BYTES + dropped.length);
  return payload;
}

export function decodeChangelog(payload: Uint8Array, depth: number, slots: number): ChangelogBlock {
  const view = new DataView(payload.buffer, payload.byteOffset, payload.byteLength);
  const split = LENGTH_BYTES + view.getUint32(0, true);
  const [dropped = []] = decodeColumns(payload.subarray(LENGTH_BYTES, split));
  const columns = decodeColumns(payload.subarray(split));
  const [space = [], row = []] = columns;
  return {
    dropped: dropped as number[],
    space: space as number[],
    row: row as number[],
    parts: columns.slice(2, 2 + depth),
    values: columns.slice(2 + depth, 2 + depth + slots),
  };
}
