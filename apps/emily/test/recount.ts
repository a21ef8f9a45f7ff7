import { readFileSync } from 'node:fs';
import { demoModels } from '../src/app/catalog.ts';
import { assign } from '../src/demo/assign.ts';

/*
 * What a replay must come to, counted anew: nothing here is shared with what reads, sends or meters
 * the trace, except for the draw of who asked.
 */

/** One request of a trace. */
export type Asked = { readonly at: number; readonly input: number; readonly output: number };

export type Totals = {
  readonly requests: number;
  readonly inputTokens: number;
  readonly outputTokens: number;
  /** The start of each minute that has requests, and how many. */
  readonly perMinute: readonly (readonly [minute: number, requests: number])[];
};

const MINUTE_MS = 60_000;

export function azureRows(file: string): Asked[] {
  const [, ...lines] = readFileSync(file, 'utf8').trim().split(/\r?\n/);
  return lines.map((line) => {
    const [time = '', input, output] = line.split(',');
    return { at: Date.parse(`${time.slice(0, 10)}T${time.slice(11, 23)}Z`), input: Number(input), output: Number(output) };
  });
}

export function mooncakeRows(file: string): Asked[] {
  const start = Date.UTC(2024, 0, 1);
  return readFileSync(file, 'utf8').trim().split('\n').map((line) => {
    const { timestamp, input_length: input, output_length: output } = JSON.parse(line) as Record<'timestamp' | 'input_length' | 'output_length', number>;
    return { at: start + timestamp, input, output };
  });
}

export function totalsOf(rows: readonly Asked[]): Totals {
  const minutes = new Map<number, number>();
  for (const { at } of rows) {
    const minute = at - (at % MINUTE_MS);
    minutes.set(minute, (minutes.get(minute) ?? 0) + 1);
  }
  return {
    requests: rows.length,
    inputTokens: rows.reduce((sum, { input }) => sum + input, 0),
    outputTokens: rows.reduce((sum, { output }) => sum + output, 0),
    perMinute: [...minutes].sort(([a], [b]) => a - b),
  };
}

/** How many of the rows fell to each user, by `tenant/user`. */
export function requestsByUser(rows: readonly Asked[], seed: number): Map<string, number> {
  const models = demoModels.map(({ id }) => id);
  const counts = new Map<string, number>();
  rows.forEach((_, row) => {
    const { tenant, user } = assign(seed, row, models);
    counts.set(`${tenant}/${user}`, (counts.get(`${tenant}/${user}`) ?? 0) + 1);
  });
  return counts;
}
