import { mapped } from '../../reference/stateless.ts';
import { type Options, type PipelineOperator, flowsOf, onlyOut, streamsOf } from '../operator.ts';
import type { Toy } from '../toy.ts';

const change = ({ change: what }: Options) => (toy: Toy): Toy =>
  what === 'key' ? { ...toy, id: `${toy.id} k`, key: toy.n % 2 === 0 ? 'a' : 'b' } : { ...toy, id: `${toy.id} n`, n: 7 - toy.n };

/** map: another key, or another number. */
export const map: PipelineOperator = {
  name: 'map',
  takes: ['stream'],
  options: { change: ['key', 'number'] },
  ports: onlyOut,
  build: (_site, inputs, options) => ({ out: streamsOf(inputs)[0].map(change(options)) }),
  naive(_name, inputs, options) {
    const [input] = flowsOf(inputs);
    return { ports: { out: { ...input, entries: mapped(input.entries, change(options)) } } };
  },
};
