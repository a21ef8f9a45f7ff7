import { eachRow } from '../each-row.ts';
import { type PipelineOperator, tableFlowOf, tableOf } from '../operator.ts';
import { weightOf } from '../toy.ts';

const keep = (value: unknown): boolean => weightOf(value) % 3 !== 0;

/** filter of a table: a row that stops passing goes. */
export const tableFilter: PipelineOperator = {
  name: 'table filter',
  takes: ['table'],
  options: {},
  ports: () => ({ out: 'table' }),
  build: (_site, inputs) => ({ out: tableOf(inputs).filter(({ value }) => keep(value)) }),
  naive: (_name, inputs) => ({ ports: { out: eachRow(tableFlowOf(inputs), (value) => (keep(value) ? value : undefined)) } }),
};
