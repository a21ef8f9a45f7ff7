import { concatenated } from '../../reference/concatenated.ts';
import { type PipelineOperator, type StreamInput, flowsOf, onlyOut, streamsOf } from '../operator.ts';
import { withoutPassing } from '../place.ts';

/** concat: the second stream after the first has ended; until then it waits. */
export const concat: PipelineOperator = {
  name: 'concat',
  takes: ['stream', 'stream'],
  options: {},
  ownFrontier: true,
  ports: onlyOut,
  build: ({ name }, inputs) => {
    const [first, second] = streamsOf(inputs);
    return { out: first.concat(second as typeof first, { name }) };
  },
  naive(_name, inputs) {
    const [first, second] = flowsOf(inputs) as readonly [StreamInput, StreamInput];
    const entries = withoutPassing(first.entries);
    const end = entries.find((entry) => entry.kind === 'step' && entry.to === Infinity)?.at ?? Infinity;
    // What waits knows how far its own frontier had come, also on its way; later only whole steps count.
    const waited = [...second.entries.filter(({ at }) => at <= end), ...withoutPassing(second.entries.filter(({ at }) => at > end))];
    const traits = {
      provisional: first.provisional || second.provisional,
      orderFree: first.orderFree && second.orderFree,
      complete: first.complete && second.complete,
      positioned: first.positioned && second.positioned,
    };
    return { ports: { out: { kind: 'stream', entries: concatenated(entries, waited), ...traits } } };
  },
};
