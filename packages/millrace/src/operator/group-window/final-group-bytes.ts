import type { Member } from './regroup.ts';

/** What is remembered of a final group: where it is, by the events that open and close it, without their values. */
export interface FinalGroup {
  /** One, or two where it is closed. */
  readonly markers: readonly Member<unknown>[];
  readonly isClosed: boolean;
  readonly reach: number;
}

/*
 * A final group, little-endian:
 *
 *   group  := isClosed:u8 reach:f64 marker marker?     two where it is closed
 *   marker := flags:u8 source:u16 partition:u32 twin:u32 time:f64 offset:f64
 *   flags  := opens:1 closes:2
 */
const HEAD_BYTES = 9;
const MARKER_BYTES = 27;
const [OPENS, CLOSES] = [1, 2];
/** The greatest numbers that have room. */
const U16_MAX = 0xffff;
const U32_MAX = 0xffffffff;

/** The most bytes that a group takes. */
export const FINAL_GROUP_BYTES_MAX: number = HEAD_BYTES + 2 * MARKER_BYTES;

/** Writes a group, and says how many bytes that are; 0: it has something that has no room here. */
export function writeFinalGroup(view: DataView, { markers, isClosed, reach }: FinalGroup, numberOf: (source: string) => number): number {
  view.setUint8(0, isClosed ? 1 : 0);
  view.setFloat64(1, reach, true);
  let at = HEAD_BYTES;
  for (const { opens, closes, source, partition, twin = 0, time, offset, timer } of markers) {
    const number = numberOf(source);
    if (timer !== undefined || number > U16_MAX || partition > U32_MAX || twin > U32_MAX) return 0;
    view.setUint8(at, (opens ? OPENS : 0) | (closes ? CLOSES : 0));
    view.setUint16(at + 1, number, true);
    view.setUint32(at + 3, partition, true);
    view.setUint32(at + 7, twin, true);
    view.setFloat64(at + 11, time, true);
    view.setFloat64(at + 19, offset, true);
    at += MARKER_BYTES;
  }
  return at;
}

export function readFinalGroup(view: DataView, from: number, sources: readonly string[]): FinalGroup {
  const isClosed = view.getUint8(from) === 1;
  const first = from + HEAD_BYTES;
  const markers = isClosed ? [readMarker(view, first, sources), readMarker(view, first + MARKER_BYTES, sources)] : [readMarker(view, first, sources)];
  return { markers, isClosed, reach: view.getFloat64(from + 1, true) };
}

function readMarker(view: DataView, at: number, sources: readonly string[]): Member<undefined> {
  const flags = view.getUint8(at);
  const twin = view.getUint32(at + 7, true);
  return {
    value: undefined,
    time: view.getFloat64(at + 11, true),
    source: sources[view.getUint16(at + 1, true)] as string,
    partition: view.getUint32(at + 3, true),
    offset: view.getFloat64(at + 19, true),
    opens: (flags & OPENS) !== 0,
    closes: (flags & CLOSES) !== 0,
    ...(twin > 0 && { twin }),
  };
}
