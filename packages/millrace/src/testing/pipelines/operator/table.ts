import { type RowChange, aggregated } from '../../reference/aggregated.ts';
import { changed } from '../../reference/changed.ts';
import { gathered } from '../gathered.ts';
import { AGGREGATION_NAMES, aggregationOf } from '../aggregation.ts';
import { keyOf, keyed } from '../key.ts';
import { type PipelineOperator, flowsOf, streamsOf } from '../operator.ts';
import { standing } from '../standing.ts';

/** An aggregation without windows: a table that changes with every event. */
export const table: PipelineOperator = {
  name: 'table',
  takes: ['stream'],
  options: { by: ['key', 'both'], aggregation: AGGREGATION_NAMES },
  shape: ({ by }) => ({ by: String(by), windows: '' }),
  ports: () => ({ out: 'table' }),
  build: ({ name }, inputs, options) => ({ out: aggregationOf(options['aggregation']).add(keyed(streamsOf(inputs)[0], options['by']), { name }) }),
  naive(_name, inputs, options) {
    const [input] = flowsOf(inputs);
    const { of, orderFree } = aggregationOf(options['aggregation']);
    const key = keyOf(options['by']);
    const each = aggregated(standing(input.entries), ({ value }) => key(value), of);
    const entries = input.several ? gathered(each, input.entries) : each;
    const newest = new Map<string, RowChange<unknown, unknown>['after']>();
    for (const entry of entries) if (entry.kind === 'fact') newest.set(JSON.stringify(entry.value.after.key), entry.value.after);
    const traits = { ...input, provisional: true, orderFree: input.orderFree && (orderFree === 'positioned' ? input.positioned : orderFree) };
    return { ports: { out: { ...traits, kind: 'table', entries: changed(entries), kept: [...newest.values()], forgettable: [], settleMs: 0 } } };
  },
};
