import type { Deferred } from '../../../operator/defer/defer.ts';
import { deferred } from '../../reference/deferred.ts';
import { mapped } from '../../reference/stateless.ts';
import { keyed } from '../key.ts';
import { type Options, type PipelineOperator, flowsOf, streamsOf } from '../operator.ts';
import type { Toy } from '../toy.ts';

const WAYS: Readonly<Record<string, (value: Toy, later: Toy) => boolean>> = {
  any: () => true,
  greater: (value, later) => later.n > value.n,
};

const untilOf = ({ until }: Options): (typeof WAYS)[string] => WAYS[until as string] as (typeof WAYS)[string];

function combined({ value, by }: Deferred<Toy>): Toy {
  return { ...value, id: `${value.id} until ${by?.id ?? '-'}`, n: (value.n * 31 + (by?.n ?? 0)) % 10_007, provisional: value.provisional || by?.provisional === true };
}

/** defer: each event until a later one of its key, or a while. */
export const defer: PipelineOperator = {
  name: 'defer',
  takes: ['stream'],
  options: { until: Object.keys(WAYS), timeout: [4, 30] },
  holdsBack: () => true,
  ports: () => ({ late: 'stream', out: 'stream' }),
  build: ({ name }, inputs, options) => {
    const out = keyed(streamsOf(inputs)[0], 'key').defer({ name, until: untilOf(options), timeout: options['timeout'] as number });
    return { out: out.map(combined), late: out.late };
  },
  naive(_name, inputs, options) {
    const [input] = flowsOf(inputs);
    const { out, late } = deferred(input.entries, { key: (toy) => toy.key, until: untilOf(options), timeout: options['timeout'] as number });
    const complete = input.complete && late.every(({ kind }) => kind === 'step');
    // Of those at one time it is their places that say which is later.
    const traits = { ...input, orderFree: input.orderFree && input.positioned };
    return { ports: { out: { ...traits, complete, entries: mapped(out, combined) }, late: { ...traits, orderFree: false, entries: late } } };
  },
};
