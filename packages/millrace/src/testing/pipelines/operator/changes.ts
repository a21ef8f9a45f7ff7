import { mapped } from '../../reference/stateless.ts';
import { type PipelineOperator, onlyOut, tableFlowOf, tableOf } from '../operator.ts';
import { toyOfChange } from '../toy.ts';

/** changes: the changelog of a table, as events. */
export const changes: PipelineOperator = {
  name: 'changes',
  takes: ['table'],
  options: {},
  ports: onlyOut,
  build: ({ name }, inputs) => ({ out: tableOf(inputs).changes().map((change) => toyOfChange(name, change)) }),
  naive(name, inputs) {
    const { entries, complete, sources, several } = tableFlowOf(inputs);
    const toys = mapped(entries, (change) => toyOfChange(name, change));
    return { ports: { out: { kind: 'stream', entries: toys, provisional: true, orderFree: false, complete, positioned: false, sources, several } } };
  },
};
