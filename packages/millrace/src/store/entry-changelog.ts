import { decodeColumns, encodeColumns } from './column-block.ts';

/*
 * What one commit changed in a state whose keys can go again; the payload of a CHANGELOG block.
 *
 *   payload := droppedLength:u32 dropped entries
 *   dropped := column-block(space)                            spaces that are gone: they erase older entries
 *   entries := column-block(space, order, parts, there, value, shadowing?)
 *
 * there: false where the key has gone, or its entry has left memory for the tree; shadowing, where entries may leave
 * memory: whether the tree has an older version.
 *
 * Lengths are in bytes. An entry is known by its order, a number that is given once; parts are a list.
 */
export interface EntryBlock {
  readonly dropped: readonly number[];
  readonly space: readonly number[];
  readonly order: readonly number[];
  readonly parts: readonly (readonly unknown[])[];
  readonly there: readonly boolean[];
  readonly value: readonly unknown[];
  readonly shadowing?: readonly boolean[] | undefined;
}

const HEADER_BYTES = 4;

export function encodeEntries({ dropped, space, order, parts, there, value, shadowing }: EntryBlock): Uint8Array {
  const first = encodeColumns([dropped], dropped.length);
  const entries = encodeColumns([space, order, parts, there, value, ...(shadowing === undefined ? [] : [shadowing])], order.length);
  const header = new Uint8Array(HEADER_BYTES);
  new DataView(header.buffer).setUint32(0, first.length, true);
  return Buffer.concat([header, first, entries]);
}

export function decodeEntries(payload: Uint8Array): EntryBlock {
  const view = new DataView(payload.buffer, payload.byteOffset, payload.byteLength);
  const entriesAt = HEADER_BYTES + view.getUint32(0, true);
  const [dropped = []] = decodeColumns(payload.subarray(HEADER_BYTES, entriesAt));
  const [space = [], order = [], parts = [], there = [], value = [], shadowing] = decodeColumns(payload.subarray(entriesAt));
  return {
    dropped: dropped as number[],
    space: space as number[],
    order: order as number[],
    parts: parts as unknown[][],
    there: there as boolean[],
    value,
    shadowing: shadowing as boolean[] | undefined,
  };
}
