import { heldBack } from '../../reference/held-back.ts';
import { mapped } from '../../reference/stateless.ts';
import { type PipelineOperator, onlyOut, tableFlowOf, tableOf } from '../operator.ts';
import { toyOfChange } from '../toy.ts';

/** changes: the changelog of a table, as events. What revises a window is as old as that. */
export const changes: PipelineOperator = {
  name: 'changes',
  takes: ['table'],
  options: {},
  ports: onlyOut,
  holdsBack: (inputs) => tableFlowOf(inputs).settleMs > 0,
  build: ({ name }, inputs) => ({ out: tableOf(inputs).changes().map((change) => toyOfChange(name, change)) }),
  naive(name, inputs) {
    const { entries, complete, sources, several, settleMs } = tableFlowOf(inputs);
    const toys = heldBack(mapped(entries, (change) => toyOfChange(name, change)), settleMs);
    return { ports: { out: { kind: 'stream', entries: toys, provisional: true, orderFree: false, complete, positioned: false, sources, several } } };
  },
};
