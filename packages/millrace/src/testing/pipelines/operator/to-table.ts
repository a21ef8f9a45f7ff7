import type { Row } from '../../../operator/row.ts';
import type { Recorded } from '../../reference/recorded.ts';
import { keyOf, keyed } from '../key.ts';
import { type Options, type PipelineOperator, type StreamInput, type TableFlow, flowsOf, streamsOf } from '../operator.ts';
import { type Gatherer, type Said, stepwise } from '../stepwise.ts';
import type { Toy } from '../toy.ts';

/** What a key is now; one in four events takes it away. */
const valueOf = (toy: Toy): number | undefined => (toy.n % 4 === 0 ? undefined : toy.n);

interface Known {
  readonly key: unknown;
  time: number;
  next: number | undefined;
  out: Row<unknown, unknown> | undefined;
}

const keepMs = ({ keep }: Options): number => (keep === 'forever' ? Infinity : (keep as number));

/** The newest of each key, and the late ones; a going is remembered until the frontier is `keep` past it. */
class Newest implements Gatherer<Toy> {
  readonly late: Recorded<Toy>[number][] = [];
  readonly #keyOf: (toy: Toy) => unknown;
  readonly #keep: number;
  readonly #known = new Map<string, Known>();
  readonly #stirred = new Set<Known>();
  #frontier = -1;
  #forgotten = -Infinity;

  constructor(key: (toy: Toy) => unknown, keep: number) {
    this.#keyOf = key;
    this.#keep = keep;
  }

  take(fact: StreamInput['entries'][number] & { kind: 'fact' }): boolean {
    const { value, time } = fact;
    const key = this.#keyOf(value);
    const text = JSON.stringify(key);
    const known: Known = this.#known.get(text) ?? { key, time: this.#forgotten, next: undefined, out: undefined };
    if (time < known.time) {
      this.late.push(fact);
      return false;
    }
    this.#known.set(text, known);
    known.time = time;
    known.next = valueOf(value);
    this.#stirred.add(known);
    return true;
  }

  settle(): readonly Said[] {
    const said = [...this.#stirred].flatMap((known): Said[] => {
      const { key, time, next, out } = known;
      known.out = next === undefined ? undefined : { key, window: undefined, value: next, time, revision: out === undefined ? 0 : out.revision + 1, finality: 'provisional', evidence: [] };
      if (known.out === undefined && out === undefined) return [];
      return [{ key, window: undefined, before: out?.value, after: next, time, revision: known.out?.revision ?? (out as Row<unknown, unknown>).revision + 1, finality: 'provisional', evidence: [] }];
    });
    this.#stirred.clear();
    this.#forget();
    return said;
  }

  moved(to: number): void {
    this.#frontier = to;
    this.#forget();
  }

  get rows(): readonly Row<unknown, unknown>[] {
    return [...this.#known.values()].flatMap(({ out }) => out ?? []);
  }

  #forget(): void {
    for (const [text, { time, out }] of this.#known) {
      if (out !== undefined || time + this.#keep > this.#frontier) continue;
      this.#known.delete(text);
      this.#forgotten = Math.max(this.#forgotten, time);
    }
  }
}

/** toTable: the newest event of each key, by time. */
export const toTable: PipelineOperator = {
  name: 'toTable',
  takes: ['stream'],
  options: { keep: [0, 10, 'forever'] },
  shape: () => ({ by: 'key', windows: '' }),
  ports: () => ({ late: 'stream', out: 'table' }),
  build: ({ name }, inputs, options) => {
    const out = keyed(streamsOf(inputs)[0], 'key').toTable({ name, value: valueOf, keep: options['keep'] as number | 'forever' });
    return { out, late: out.late };
  },
  naive(_name, inputs, options) {
    const [input] = flowsOf(inputs);
    const newest = new Newest(keyOf('key'), keepMs(options));
    const entries = stepwise([input.entries], newest, !input.several);
    const steps = entries.filter((entry) => entry.kind === 'step');
    const complete = input.complete && newest.late.length === 0;
    const traits = { sources: input.sources, several: true, orderFree: false, positioned: false, complete };
    const out: TableFlow = { ...traits, kind: 'table', provisional: true, entries, kept: newest.rows, forgettable: [], settleMs: 0 };
    return { ports: { out, late: { ...input, orderFree: false, several: true, entries: [...newest.late, ...steps] } } };
  },
};
