import { writeFile } from 'node:fs/promises';
import { expect, test } from 'vitest';
import { traceFile } from '../testing/trace-file.ts';
import { openTrace, type Trace } from './trace.ts';
import type { TraceRow } from './trace-row.ts';

const azure = 'TIMESTAMP,ContextTokens,GeneratedTokens\r\n2023-11-16 18:15:46.6805900,374,44\r\n2023-11-16 18:15:50.9951690,396,109';
const mooncake = '{"timestamp": 0, "input_length": 6, "output_length": 5, "hash_ids": [0]}\n';
const servegen = '0,0,0,,0,0\n600,0.005,1.5,Gamma,0.4,0.1\n';

async function collect(trace: Trace): Promise<TraceRow[]> {
  const rows: TraceRow[] = [];
  for await (const row of trace.rows()) rows.push(row);
  return rows;
}

const rowsOf = async (content: string): Promise<TraceRow[]> => collect(await openTrace(await traceFile(content), 7));

test.each([
  ['Azure LLM 2023 CSV', azure, 2],
  ['Mooncake JSONL', mooncake, 1],
  ['ServeGen chunk CSV', servegen, 3],
])('%s is known by its first line, and its rows are counted', async (format, content, rowCount) => {
  expect(await openTrace(await traceFile(content), 7)).toMatchObject({ format, rowCount, seed: 7 });
  expect((await rowsOf(content)).map(({ row }) => row)).toEqual(Array.from({ length: rowCount }, (_, row) => row));
});

test('rows can be read twice and are the same', async () => {
  const trace = await openTrace(await traceFile(servegen), 7);
  expect(await collect(trace)).toEqual(await collect(trace));
});

test('blank lines are passed over and keep their number', async () => {
  expect(await rowsOf(`${azure}\n\n`)).toHaveLength(2);
  await expect(rowsOf(`${azure}\n\nnonsense`)).rejects.toMatchObject({ data: { line: 5 } });
});

test.each([
  ['a CSV of another sort', 'time,tokens\n1,2\n', 'time,tokens'],
  ['JSON lines of another sort', '{"at":1}\n', '{"at":1}'],
  ['an empty file', '', 'nothing'],
])('%s is refused with its first line and the formats that are known', async (_, content, found) => {
  const opening = openTrace(await traceFile(content), 7);
  await expect(opening).rejects.toMatchObject({ code: 'TRACE_UNKNOWN', cure: expect.stringContaining('Replay one') });
  await expect(opening).rejects.toThrow(/expected Azure .*, or Mooncake .*, or ServeGen .*; its first line is/);
  await expect(opening).rejects.toThrow(`its first line is ${found}`);
});

test('a bad line stops the replay before its first row, with its number and its text, shortened', async () => {
  const opening = openTrace(await traceFile(`${azure}\r\n${'x'.repeat(1_000)}\r\n`), 7);
  await expect(opening).rejects.toMatchObject({ code: 'TRACE_BAD_LINE', data: { line: 4 } });
  await expect(opening).rejects.toThrow(/line 4: expected a time and two counts, separated by commas, found x{200}…$/);
});

test('a file that is not there is a named error', async () => {
  await expect(openTrace('/nowhere/trace.csv', 7)).rejects.toMatchObject({ code: 'TRACE_UNREADABLE' });
});

test('a file that changed after it was opened is refused by its line', async () => {
  const file = await traceFile(servegen);
  const trace = await openTrace(file, 7);
  await writeFile(file, `${servegen}1200,fast,1,Gamma,1,1\n`);
  await expect(collect(trace)).rejects.toMatchObject({ code: 'TRACE_BAD_LINE', data: { line: 3 } });
});
