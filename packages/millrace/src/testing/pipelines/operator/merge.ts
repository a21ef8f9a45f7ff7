import { merged } from '../../reference/merged.ts';
import { type PipelineOperator, flowsOf, onlyOut, streamsOf } from '../operator.ts';

/** merge: of streams that may come from one source or from several, or be one and the same. */
function mergeOf(name: string, count: number): PipelineOperator {
  return {
    name,
    takes: Array.from({ length: count }, () => 'stream' as const),
    options: {},
    ports: onlyOut,
    build: (_site, inputs) => {
      const [first, ...others] = streamsOf(inputs);
      return { out: first.merge(...others) };
    },
    naive: (_name, inputs) => {
      const flows = flowsOf(inputs);
      const sources = flows.flatMap((flow) => flow.sources);
      const traits = {
        sources: [...new Set(sources)],
        several: flows.some(({ several }) => several) || new Set(sources).size < sources.length,
        provisional: flows.some(({ provisional }) => provisional),
        orderFree: flows.every(({ orderFree }) => orderFree),
        complete: flows.every(({ complete }) => complete),
        positioned: flows.every(({ positioned }) => positioned),
      };
      return { ports: { out: { kind: 'stream', entries: merged(...flows.map(({ entries }) => entries)), ...traits } } };
    },
  };
}

export const mergeOfTwo: PipelineOperator = mergeOf('merge of two', 2);
export const mergeOfThree: PipelineOperator = mergeOf('merge of three', 3);
