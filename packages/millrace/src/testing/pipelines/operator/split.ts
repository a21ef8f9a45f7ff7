import { branch } from '../../reference/stateless.ts';
import { type Options, type PipelineOperator, flowsOf, streamsOf } from '../operator.ts';
import type { Toy } from '../toy.ts';

const isA = (toy: Toy): boolean => toy.key === 'a';
const isEven = (toy: Toy): boolean => toy.n % 2 === 0;

/** Guards may overlap: the first that takes an event has it. */
const branches = ({ branches: count }: Options): Readonly<Record<string, (toy: Toy) => boolean>> => (count === 1 ? { even: isEven } : { even: isEven, a: isA });

/** split: into one branch or two, and the rest. */
export const split: PipelineOperator = {
  name: 'split',
  takes: ['stream'],
  options: { branches: [1, 2] },
  ports: (options) => ({ rest: 'stream', ...Object.fromEntries(Object.keys(branches(options)).map((name) => [name, 'stream' as const])) }),
  build: (_site, inputs, options) => streamsOf(inputs)[0].split(branches(options)),
  naive(_name, inputs, options) {
    const [input] = flowsOf(inputs);
    const guards = Object.values(branches(options));
    const named = Object.keys(branches(options)).map((name, i) => [name, branch(input.entries, guards[i] as (toy: Toy) => boolean, guards.slice(0, i))] as const);
    const all = [...named, ['rest', branch(input.entries, () => true, guards)] as const];
    return { ports: Object.fromEntries(all.map(([name, entries]) => [name, { ...input, entries }])) };
  },
};
