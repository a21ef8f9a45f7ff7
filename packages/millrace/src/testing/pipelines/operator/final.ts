import type { Change, Row } from '../../../operator/row.ts';
import { finalOf } from '../../reference/final.ts';
import { heldBack } from '../../reference/held-back.ts';
import { mapped } from '../../reference/stateless.ts';
import { type PipelineOperator, onlyOut, tableFlowOf, tableOf } from '../operator.ts';
import { toyOfRow } from '../toy.ts';

const rowOf = ({ key, window, after: value, time, revision, finality, evidence }: Change<unknown, unknown>): Row<unknown, unknown> => ({ key, window, value, time, revision, finality, evidence });

/** final: the rows that will not change again, as events. They are as old as their windows are when those cannot change any more. */
export const final: PipelineOperator = {
  name: 'final',
  takes: ['table'],
  options: {},
  ports: onlyOut,
  holdsBack: (inputs) => tableFlowOf(inputs).settleMs > 0,
  build: ({ name }, inputs) => ({ out: tableOf(inputs).final().map((row) => toyOfRow(name, row)) }),
  naive(name, inputs) {
    const { entries, complete, orderFree, sources, settleMs } = tableFlowOf(inputs);
    const toys = heldBack(mapped(finalOf(mapped(entries, rowOf)), (row) => toyOfRow(name, row)), settleMs);
    return { ports: { out: { kind: 'stream', entries: toys, provisional: false, orderFree, complete, positioned: false, sources, several: true } } };
  },
};
