import { reorderedByTime } from '../../reference/reordered.ts';
import { type PipelineOperator, flowsOf, streamsOf } from '../operator.ts';

/** reorder by time: an event leaves when the frontier passes its time, and stays where it stood. */
export const reorder: PipelineOperator = {
  name: 'reorder',
  takes: ['stream'],
  options: {},
  ports: () => ({ late: 'stream', out: 'stream' }),
  build: ({ name }, inputs) => {
    const out = streamsOf(inputs)[0].reorder({ name, by: 'time' });
    return { out, late: out.late };
  },
  naive(_name, inputs) {
    const [input] = flowsOf(inputs);
    const { out, late } = reorderedByTime(input.entries);
    const complete = input.complete && late.every(({ kind }) => kind === 'step');
    const leaving = out.map((entry) => (entry.kind === 'step' ? entry : { ...entry, due: entry.time + 1 }));
    return { ports: { out: { ...input, complete, entries: leaving }, late: { ...input, orderFree: false, entries: late } } };
  },
};
