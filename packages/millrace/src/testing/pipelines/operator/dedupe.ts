import type { ComparedStream, DedupedStream } from '../../../stream/stream.ts';
import { deduped } from '../../reference/deduped.ts';
import { type Options, type PipelineOperator, flowsOf, streamsOf } from '../operator.ts';
import type { Toy } from '../toy.ts';

const idOf = ({ id }: Options) => (toy: Toy): string | readonly (string | number)[] => (id === 'whole' ? toy.id : [toy.key, Math.abs(toy.n) % 3]);

/** dedupe: by an id that says everything, so that it does not matter which of several comes first; or by one that does not. */
export const dedupe: PipelineOperator = {
  name: 'dedupe',
  takes: ['stream'],
  options: { id: ['whole', 'part'], for: [4, 30, 1000], conflicts: [false, true] },
  ports: ({ conflicts }) => ({ ...(conflicts === true && { conflicts: 'stream' }), late: 'stream', out: 'stream' }),
  build: ({ name }, inputs, options) => {
    const [stream] = streamsOf(inputs);
    const settings = { name, id: idOf(options), for: options['for'] as number };
    if (options['conflicts'] === true) {
      const compared: ComparedStream<Toy> = stream.dedupe({ ...settings, conflicts: true });
      return { out: compared, late: compared.late, conflicts: compared.conflicts };
    }
    const out: DedupedStream<Toy> = stream.dedupe(settings);
    return { out, late: out.late };
  },
  naive(_name, inputs, options) {
    const [input] = flowsOf(inputs);
    const content = options['conflicts'] === true ? (toy: Toy): Toy => toy : undefined;
    const { out, late, conflicts, duplicates } = deduped(input.entries, idOf(options), options['for'] as number, content);
    const complete = input.complete && late.every(({ kind }) => kind === 'step');
    // Of several that are equal, which one passes decides where it stands.
    const traits = { ...input, orderFree: input.orderFree && options['id'] === 'whole', positioned: false };
    const steps = input.entries.filter((entry) => entry.kind === 'step');
    const sides = { late: { ...traits, orderFree: false, entries: late }, conflicts: { ...traits, orderFree: false, entries: [...conflicts, ...steps] } };
    return { ports: { out: { ...traits, complete, entries: out }, ...sides }, duplicates };
  },
};
