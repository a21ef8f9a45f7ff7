import { errors } from '../error.ts';
import { LOG, META, parseKey } from '../store/key.ts';
import { type Meta, SOURCE_LOG, decodeMeta } from '../store/meta.ts';
import { type Former, type RewindPart, decodeRewindPart } from '../store/rewind.ts';

/** To which commit: to this one, or to the last one that was made by then, in ms since the Unix epoch. */
export type Until = { readonly commit: number } | { readonly at: number };

/** A store as of an earlier commit: what differs from the store, by the key's bytes as latin1. */
export interface Rewound {
  readonly commit: number;
  /** Undefined: nothing was there. */
  readonly formers: ReadonlyMap<string, Uint8Array | undefined>;
}

/**
 * Takes back what transactions have changed, the newest first, down to the commit that is asked for.
 *
 * What was appended to a source's log stays: it was acknowledged, and the program reads it again from there.
 */
export class Rewinding {
  readonly #path: string;
  /** Oldest first. */
  readonly #parts: RewindPart[] = [];
  #now: number | undefined;

  constructor(path: string) {
    this.#path = path;
  }

  /** The store's meta, as it is; one that cannot be read may still be taken back. */
  meta(bytes: Uint8Array): void {
    try {
      this.#now = decodeMeta(bytes).commit;
    } catch {
      this.#now = undefined;
    }
  }

  /** A part of what can be taken back, in the order of the keys. What is behind a damaged one cannot be reached. */
  part(place: Uint8Array, bytes: Uint8Array): void {
    try {
      this.#parts.push(decodeRewindPart(place, bytes));
    } catch {
      this.#parts.length = 0;
    }
  }

  /** The store as of this commit; NOT_KEPT where what it takes is not there. */
  to(until: Until): Rewound {
    const steps = this.#steps();
    let [commit, from] = [this.#now, steps.length];
    const isReached = (): boolean => commit !== undefined && ('commit' in until ? commit <= until.commit : (steps.slice(0, from).findLast(({ before }) => before !== undefined)?.at ?? Number.POSITIVE_INFINITY) <= until.at);
    while (!isReached() && from > 0) {
      from -= 1;
      const { before } = steps[from] as Step;
      if (before !== undefined) commit = before.commit;
    }
    if (commit === undefined || commit < 1 || ('commit' in until ? commit !== until.commit : !isReached())) throw this.#notKept(until, steps);
    const back = steps.slice(from).toReversed();
    const meta = back.findLast(({ before }) => before !== undefined)?.before;
    return { commit, formers: formersOf(back, meta) };
  }

  /** By transaction, oldest first. */
  #steps(): readonly Step[] {
    return [...Map.groupBy(this.#parts, ({ transaction }) => transaction).values()].map((parts) => {
      const formers = parts.flatMap((part) => part.formers);
      const meta = formers.find(([place]) => isMeta(place))?.[1];
      return { at: parts[0]?.at ?? 0, formers, before: meta === undefined ? undefined : decodeMeta(meta) };
    });
  }

  #notKept(until: Until, steps: readonly Step[]): Error {
    const oldest = steps.find(({ before }) => before !== undefined)?.before?.commit ?? this.#now;
    const asked = 'commit' in until ? `commit ${until.commit}` : `a commit made by ${new Date(until.at).toISOString()}`;
    return errors.NOT_KEPT({ path: this.#path, asked, kept: oldest === undefined ? 'nothing' : `commits ${oldest} to ${this.#now ?? 'the last'}` });
  }
}

/** A transaction that can be taken back. */
interface Step {
  readonly at: number;
  readonly formers: readonly Former[];
  /** Of a commit: the meta of the one before. */
  readonly before: Meta | undefined;
}

/** What was under the keys that these have changed, newest first, before the last of them; `meta` is that of the commit then, where it is another. */
function formersOf(back: readonly Step[], meta: Meta | undefined): ReadonlyMap<string, Uint8Array | undefined> {
  const sources = new Set(Object.entries(meta?.logs ?? {}).flatMap(([name, id]) => (name.startsWith(SOURCE_LOG) ? [id] : [])));
  const formers = new Map<string, Uint8Array | undefined>();
  for (const step of back) {
    for (const [place, value] of step.formers) {
      const isAppended = value === undefined && isOf(place, LOG) && (meta === undefined || sources.has(parseKey(place).id));
      if (!isAppended) formers.set(Buffer.from(place).toString('latin1'), value);
    }
  }
  return formers;
}

const isOf = (place: Uint8Array, kind: number): boolean => place[0] === kind;

/** Whether it is the key of the program's meta. */
export const isMeta = (place: Uint8Array): boolean => isOf(place, META) && parseKey(place).id === 0 && parseKey(place).number === 0;
