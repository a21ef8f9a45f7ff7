import type { KeyPart } from '../../state/key.ts';
import type { Space } from '../../state/space.ts';
import { type Generation, MATCHED, NONE } from './generation.ts';
import { LEFT, RIGHT, type Side, type Spanning } from './span.ts';

/** An event that has no partner, and has not left because its key stands still. */
export interface HeldBack {
  readonly side: Side;
  readonly space: Space;
  readonly row: number;
  /** From which frontier on no partner can come. */
  readonly closes: number;
  /** The how-manieth event of the join it was. */
  readonly number: number;
}

/** What of a key is unmatched and has not left, though a frontier at `frontier` lets it: in the order in which it leaves. */
export function heldBackOf(generations: Iterable<Generation>, leaves: readonly boolean[], span: Spanning, parts: readonly KeyPart[], frontier: number): readonly HeldBack[] {
  const held: HeldBack[] = [];
  for (const generation of generations) {
    const key = generation.find(parts);
    if (key === NONE) continue;
    for (const side of [LEFT, RIGHT] as const) {
      const chains = generation.of(side);
      const { space, times, numbers } = chains;
      for (let row = leaves[side] === true ? chains.first(key) : NONE; row !== NONE; row = chains.next(row)) {
        span.locate(side, times[row] as number);
        if (span.closes <= frontier && space.values[MATCHED]?.[row] !== true) held.push({ side, space, row, closes: span.closes, number: numbers[row] as number });
      }
    }
  }
  return held.sort((a, b) => a.closes - b.closes || a.side - b.side || a.number - b.number);
}
