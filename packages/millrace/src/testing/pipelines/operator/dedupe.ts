import type { DedupedStream } from '../../../stream/stream.ts';
import { deduped } from '../../reference/deduped.ts';
import { type Options, type PipelineOperator, flowsOf, streamsOf } from '../operator.ts';
import type { Toy } from '../toy.ts';

const idOf = ({ id }: Options) => (toy: Toy): string | readonly (string | number)[] => (id === 'whole' ? toy.id : [toy.key, Math.abs(toy.n) % 3]);

/** dedupe: by an id that says everything, so that it does not matter which of several comes first; or by one that does not. */
export const dedupe: PipelineOperator = {
  name: 'dedupe',
  takes: ['stream'],
  options: { id: ['whole', 'part'], for: [4, 30, 1000] },
  ports: () => ({ late: 'stream', out: 'stream' }),
  build: ({ name }, inputs, options) => {
    const out: DedupedStream<Toy> = streamsOf(inputs)[0].dedupe({ name, id: idOf(options), for: options['for'] as number });
    return { out, late: out.late };
  },
  naive(_name, inputs, options) {
    const [input] = flowsOf(inputs);
    const { out, late, duplicates } = deduped(input.entries, idOf(options), options['for'] as number);
    const complete = input.complete && late.every(({ kind }) => kind === 'step');
    // Of several that are equal, which one passes decides where it stands.
    const traits = { ...input, orderFree: input.orderFree && options['id'] === 'whole', positioned: false };
    return { ports: { out: { ...traits, complete, entries: out }, late: { ...traits, orderFree: false, entries: late } }, duplicates };
  },
};
