import { eachRow } from '../each-row.ts';
import { type Options, type PipelineOperator, tableFlowOf, tableOf } from '../operator.ts';
import { weightOf } from '../toy.ts';

const made = ({ of }: Options) => (value: unknown): unknown => (of === 'some' && weightOf(value) % 4 === 0 ? undefined : { weight: weightOf(value) % 50 });

/** map of a table: another value for each row, or for some. */
export const tableMap: PipelineOperator = {
  name: 'table map',
  takes: ['table'],
  options: { of: ['all', 'some'] },
  ports: () => ({ out: 'table' }),
  build: (_site, inputs, options) => ({ out: tableOf(inputs).map(({ value }) => made(options)(value)) }),
  naive: (_name, inputs, options) => ({ ports: { out: eachRow(tableFlowOf(inputs), made(options)) } }),
};
