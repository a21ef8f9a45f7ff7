import { tumbling } from '../../../time/windowing.ts';
import { type Pairing, joined } from '../../reference/stream-joined.ts';
import { tumblingAt } from '../../reference/windowed.ts';
import { keyed } from '../key.ts';
import { type Options, type PipelineOperator, flowsOf, streamsOf } from '../operator.ts';
import type { Toy } from '../toy.ts';

const BEFORE_MS = 3;
const AFTER_MS = 8;
const WINDOW_MS = 10;
/** After every time there can be, and before the end of the input is over: by then what has no partner leaves. */
const AT_THE_END = 2 ** 60;
const METHODS = { inner: 'join', left: 'leftJoin', outer: 'outerJoin' } as const;

type Kind = keyof typeof METHODS;
const keyOf = (toy: Toy): string => toy.key;
const kindOf = ({ kind }: Options): Kind => kind as Kind;

function combined(left: Toy | undefined, right: Toy | undefined): Toy {
  const [l, r] = [left ?? right, right ?? left] as readonly [Toy, Toy];
  const provisional = l.provisional || r.provisional;
  return { id: `${left?.id ?? '-'} with ${right?.id ?? '-'}`, key: l.key, time: Math.max(l.time, r.time), n: ((left?.n ?? 0) * 31 + (right?.n ?? 0)) % 10_007, provisional };
}

function pairingOf(options: Options): Pairing {
  const kind = kindOf(options);
  if (options['span'] === 'forever') {
    const never = { left: () => AT_THE_END, right: () => AT_THE_END };
    return { belong: () => true, closes: never, isLate: () => false, behind: (f) => (kind === 'inner' || f === Infinity ? f : -1) };
  }
  if (options['span'] === 'window') {
    const at = tumblingAt(WINDOW_MS);
    const end = (time: number): number => at(time).end;
    return { belong: (l, r) => end(l) === end(r), closes: { left: end, right: end }, isLate: (time, f) => end(time) <= f, behind: (f) => (f === Infinity ? f : at(f).start) };
  }
  const backMs = holdsBackMs(options);
  return {
    belong: (l, r) => r >= l - BEFORE_MS && r <= l + AFTER_MS,
    closes: { left: (time) => time + AFTER_MS + 1, right: (time) => time + BEFORE_MS + 1 },
    isLate: (time, f) => time < f,
    behind: (f) => Math.max(-1, f - backMs),
  };
}

function holdsBackMs(options: Options): number {
  const kind = kindOf(options);
  if (options['span'] === 'window') return WINDOW_MS;
  if (kind === 'inner') return 0;
  if (options['span'] === 'forever') return Infinity;
  return kind === 'left' ? AFTER_MS : Math.max(BEFORE_MS, AFTER_MS);
}

/** join of two streams by key: near each other, in the same window, or for ever; of what has no partner nothing, the left or both. */
export const join: PipelineOperator = {
  name: 'join',
  takes: ['stream', 'stream'],
  pairs: true,
  options: { kind: Object.keys(METHODS), span: ['near', 'window', 'forever'] },
  holdsBackMs: (_inputs, options) => holdsBackMs(options),
  ports: () => ({ late: 'stream', out: 'stream' }),
  build: ({ name }, inputs, options) => {
    const [left, right] = streamsOf(inputs).map((stream) => keyed(stream, 'key')) as [ReturnType<typeof keyed>, ReturnType<typeof keyed>];
    const method = METHODS[kindOf(options)];
    const within = options['span'] === 'forever' ? 'forever' : { before: BEFORE_MS, after: AFTER_MS };
    const out = options['span'] === 'window' ? left.window(tumbling(WINDOW_MS))[method](right, { name }, combined) : left[method](right, { name, within }, combined);
    return { out, late: out.late };
  },
  naive(_name, inputs, options) {
    const [left, right] = flowsOf(inputs) as [ReturnType<typeof flowsOf>[0], ReturnType<typeof flowsOf>[0]];
    const { out, late } = joined(left.entries, right.entries, { ...pairingOf(options), kind: kindOf(options), left: keyOf, right: keyOf, combine: combined });
    const complete = left.complete && right.complete && late.every(({ kind }) => kind === 'step');
    const traits = {
      kind: 'stream' as const,
      sources: [...new Set([...left.sources, ...right.sources])],
      provisional: left.provisional || right.provisional,
      orderFree: left.orderFree && right.orderFree,
      positioned: false,
      complete,
      several: true,
    };
    return { ports: { out: { ...traits, entries: out }, late: { ...traits, orderFree: false, entries: late } } };
  },
};
