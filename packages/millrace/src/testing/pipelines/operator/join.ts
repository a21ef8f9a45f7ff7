import { tumbling } from '../../../time/windowing.ts';
import { type JoinKind, type PairingSpan, pairingOf } from '../../reference/pairing.ts';
import { joined } from '../../reference/stream-joined.ts';
import { keyed } from '../key.ts';
import { type Options, type PipelineOperator, flowsOf, streamsOf } from '../operator.ts';
import type { Toy } from '../toy.ts';

const METHODS = { inner: 'join', left: 'leftJoin', outer: 'outerJoin' } as const;

const keyOf = (toy: Toy): string => toy.key;
const kindOf = ({ kind }: Options): JoinKind => kind as JoinKind;

function combined(left: Toy | undefined, right: Toy | undefined): Toy {
  const [l, r] = [left ?? right, right ?? left] as readonly [Toy, Toy];
  const provisional = l.provisional || r.provisional;
  return { id: `${left?.id ?? '-'} with ${right?.id ?? '-'}`, key: l.key, time: Math.max(l.time, r.time), n: ((left?.n ?? 0) * 31 + (right?.n ?? 0)) % 10_007, provisional };
}

const spans: Readonly<Record<string, PairingSpan>> = { near: { before: 3, after: 8 }, window: { windowMs: 10 }, forever: 'forever' };
const spanOf = ({ span }: Options): PairingSpan => spans[span as string] as PairingSpan;

/** join of two streams by key: near each other, in the same window, or for ever; of what has no partner nothing, the left or both. */
export const join: PipelineOperator = {
  name: 'join',
  takes: ['stream', 'stream'],
  pairs: true,
  options: { kind: Object.keys(METHODS), span: Object.keys(spans) },
  holdsBack: (_inputs, options) => options['span'] === 'window' || kindOf(options) !== 'inner',
  ports: () => ({ late: 'stream', out: 'stream' }),
  build: ({ name }, inputs, options) => {
    const [left, right] = streamsOf(inputs).map((stream) => keyed(stream, 'key')) as [ReturnType<typeof keyed>, ReturnType<typeof keyed>];
    const method = METHODS[kindOf(options)];
    const span = spanOf(options);
    const isInWindow = span !== 'forever' && 'windowMs' in span;
    const out = isInWindow ? left.window(tumbling(span.windowMs))[method](right, { name }, combined) : left[method](right, { name, within: span }, combined);
    return { out, late: out.late };
  },
  naive(_name, inputs, options) {
    const [left, right] = flowsOf(inputs) as [ReturnType<typeof flowsOf>[0], ReturnType<typeof flowsOf>[0]];
    const { out, late } = joined(left.entries, right.entries, { ...pairingOf(kindOf(options), spanOf(options)), kind: kindOf(options), left: keyOf, right: keyOf, combine: combined });
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
