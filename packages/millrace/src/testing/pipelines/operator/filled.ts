import { tumbling } from '../../../time/windowing.ts';
import { changed } from '../../reference/changed.ts';
import { filled as filledOf } from '../../reference/filled.ts';
import { keyOf, keyed } from '../key.ts';
import { type PipelineOperator, flowsOf, streamsOf } from '../operator.ts';

const SIZE_MS = 6;

/** Counts of windows of which the empty ones leave too, for a while. */
export const filled: PipelineOperator = {
  name: 'filled',
  takes: ['stream'],
  options: { by: ['key', 'both'], fill: [5, 30] },
  shape: ({ by }) => ({ by: String(by), windows: 'sixes' }),
  ports: () => ({ late: 'stream', out: 'table' }),
  build({ name }, inputs, options) {
    const out = keyed(streamsOf(inputs)[0], options['by']).window(tumbling(SIZE_MS)).count({ name, fill: options['fill'] as number, keep: 'forever' });
    return { out, late: out.late };
  },
  naive(_name, inputs, options) {
    const [input] = flowsOf(inputs);
    const found = filledOf(input.entries, { key: keyOf(options['by']), size: SIZE_MS, fill: options['fill'] as number, result: (all) => all.length });
    const finals = found.changes.flatMap((entry) => (entry.kind === 'fact' ? [entry.value.after] : []));
    const complete = input.complete && found.late.every(({ kind }) => kind === 'step');
    const traits = { provisional: true, orderFree: input.orderFree, complete, positioned: false, settleMs: 0, sources: input.sources, several: true };
    return {
      ports: {
        late: { ...input, entries: found.late, orderFree: false, several: true },
        out: { kind: 'table', entries: changed(found.changes), ...traits, kept: [...finals, ...found.open], forgettable: [], settleMs: 0 },
      },
    };
  },
};
