import { filtered } from '../../reference/stateless.ts';
import { type Options, type PipelineOperator, flowsOf, onlyOut, streamsOf } from '../operator.ts';
import type { Toy } from '../toy.ts';

const keep = ({ keep: what }: Options) => (toy: Toy): boolean => what === 'some' && toy.n % 3 !== 0;

/** filter: some of the events, or none. */
export const filter: PipelineOperator = {
  name: 'filter',
  takes: ['stream'],
  options: { keep: ['some', 'nothing'] },
  ports: onlyOut,
  build: (_site, inputs, options) => ({ out: streamsOf(inputs)[0].filter(keep(options)) }),
  naive(_name, inputs, options) {
    const [input] = flowsOf(inputs);
    return { ports: { out: { ...input, entries: filtered(input.entries, keep(options)) } } };
  },
};
