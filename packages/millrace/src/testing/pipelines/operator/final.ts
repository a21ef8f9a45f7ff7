import type { Row } from '../../../operator/row.ts';
import type { RowChange } from '../../reference/aggregated.ts';
import { finalOf } from '../../reference/final.ts';
import { mapped } from '../../reference/stateless.ts';
import { type PipelineOperator, onlyOut, tableFlowOf, tableOf } from '../operator.ts';
import { toyOfRow } from '../toy.ts';

const rowOf = ({ after }: RowChange<unknown, unknown>): Row<unknown, unknown> => after;

/** final: the rows that will not change again, as events. */
export const final: PipelineOperator = {
  name: 'final',
  takes: ['table'],
  options: {},
  ports: onlyOut,
  build: ({ name }, inputs) => ({ out: tableOf(inputs).final().map((row) => toyOfRow(name, row)) }),
  naive(name, inputs) {
    const { entries, complete, orderFree, sources } = tableFlowOf(inputs);
    const toys = mapped(finalOf(mapped(entries, rowOf)), (row) => toyOfRow(name, row));
    return { ports: { out: { kind: 'stream', entries: toys, provisional: false, orderFree, complete, positioned: false, sources, several: true } } };
  },
};
