import { concatenated } from '../../reference/concatenated.ts';
import { type PipelineOperator, flowsOf, onlyOut, streamsOf } from '../operator.ts';

/** concat: one stream, and when it has ended another one, which may be the same. */
export const concat: PipelineOperator = {
  name: 'concat',
  takes: ['stream', 'stream'],
  options: {},
  follows: true,
  ports: onlyOut,
  build: ({ name }, inputs) => {
    const [first, second] = streamsOf(inputs) as [ReturnType<typeof streamsOf>[0], ReturnType<typeof streamsOf>[0]];
    return { out: first.concat(second, { name }) };
  },
  naive(_name, inputs) {
    const [first, second] = flowsOf(inputs) as [ReturnType<typeof flowsOf>[0], ReturnType<typeof flowsOf>[0]];
    const traits = {
      sources: [...new Set([...first.sources, ...second.sources])],
      several: first.several || second.several || first.sources.some((source) => second.sources.includes(source)),
      provisional: first.provisional || second.provisional,
      orderFree: first.orderFree && second.orderFree,
      complete: first.complete && second.complete,
      positioned: first.positioned && second.positioned,
    };
    return { ports: { out: { kind: 'stream', entries: concatenated(first.entries, second.entries), ...traits } } };
  },
};
