import type { Chance } from '../../src/testing/simulate/chance.ts';
import { contentOf } from './content.ts';
import type { Step } from './trace.ts';

/** A disk writes so many bytes whole, or not at all. */
const SECTOR = 512;
/** Images at each step at which something is under way. */
const DISORDERED = 4;

/** What may be on the disk after a loss of power, and what a store that opens may have. */
export interface Image {
  readonly data: Buffer | undefined;
  readonly isMarked: boolean;
  readonly allowed: ReadonlySet<string>;
  readonly kind: 'prefix' | 'lost' | 'reordered' | 'torn';
}

type Write = Extract<Step, { kind: 'write' }>;

/**
 * All that may be there when the power goes, at every step: everything asked for so far; only what was synced; of the
 * rest, some pages and others not; and some of them in part.
 */
export function* imagesOf(steps: readonly Step[], chance: Chance): Iterable<Image> {
  let durable: Buffer = Buffer.alloc(0);
  let isThere = false;
  let isMarked = false;
  let pending: Write[] = [];
  let committed = contentOf([]);
  let wanted: string | undefined;
  for (const step of steps) {
    const allowed = (): ReadonlySet<string> => new Set(wanted === undefined ? [committed] : [committed, wanted]);
    if (step.kind === 'said') [committed, wanted] = step.isDone ? [step.content, undefined] : [committed, step.content];
    else if (step.kind === 'published') isThere = true;
    else if (step.kind === 'marked') isMarked = true;
    else if (step.kind === 'synced') {
      durable = applied(durable, pending);
      pending = [];
    } else if (step.isThrough) {
      if (pending.length > 0) throw new Error('a root was written before its pages were synced');
      // A root lies in one sector.
      durable = applied(durable, [step]);
    } else pending.push(step);
    const of = (data: Buffer, kind: Image['kind']): Image => ({ data: isThere ? data : undefined, isMarked, allowed: allowed(), kind });
    yield of(applied(durable, pending), 'prefix');
    if (pending.length === 0) continue;
    yield of(durable, 'lost');
    for (let i = 0; i < DISORDERED; i += 1) {
      const some = pending.filter(() => chance.oneIn(2));
      yield of(applied(durable, some), 'reordered');
      yield of(applied(durable, some.map((write) => torn(write, chance))), 'torn');
    }
  }
}

/** Some sectors of it. */
function torn(write: Write, chance: Chance): Write {
  const sectors = Math.ceil(write.bytes.length / SECTOR);
  const first = chance.below(sectors);
  const last = chance.between(first, sectors);
  return { ...write, at: write.at + first * SECTOR, bytes: write.bytes.subarray(first * SECTOR, last * SECTOR) };
}

function applied(data: Buffer, writes: readonly Write[]): Buffer {
  const size = writes.reduce((most, { at, bytes }) => (bytes.length === 0 ? most : Math.max(most, at + bytes.length)), data.length);
  const image = Buffer.alloc(size);
  data.copy(image);
  for (const { at, bytes } of writes) bytes.copy(image, at);
  return image;
}
