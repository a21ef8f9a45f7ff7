import { spread } from '../../reference/stateless.ts';
import { type PipelineOperator, type Options, flowsOf, onlyOut, streamsOf } from '../operator.ts';
import type { Toy } from '../toy.ts';

const copies = (toy: Toy, count: number): readonly Toy[] => Array.from({ length: count }, (_, i) => ({ ...toy, id: `${toy.id} #${i}`, n: toy.n + i }));

const all = ({ into }: Options) => (toy: Toy): readonly Toy[] => copies(toy, into === 'two' ? 2 : Math.abs(toy.n) % 3);

/** flatMap: two of each event; or none, one or two. */
export const flatMap: PipelineOperator = {
  name: 'flatMap',
  takes: ['stream'],
  options: { into: ['two', 'up to two'] },
  ports: onlyOut,
  build: (_site, inputs, options) => ({ out: streamsOf(inputs)[0].flatMap(all(options)) }),
  naive(_name, inputs, options) {
    const [input] = flowsOf(inputs);
    return { ports: { out: { ...input, several: true, entries: spread(input.entries, all(options)) } } };
  },
};
