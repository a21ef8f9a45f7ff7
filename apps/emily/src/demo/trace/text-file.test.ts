import { expect, test } from 'vitest';
import { traceFile } from '../testing/trace-file.ts';
import { hashFile, lineLengthMax, readLines } from './text-file.ts';

async function linesOf(content: string): Promise<string[]> {
  const lines: string[] = [];
  for await (const line of readLines(await traceFile(content))) lines.push(line);
  return lines;
}

test('lines end with a line feed, with or without a carriage return, and the last one may end with the file', async () => {
  expect(await linesOf('a\nb\r\nc')).toEqual(['a', 'b', 'c']);
  expect(await linesOf('a\nb\n')).toEqual(['a', 'b']);
  expect(await linesOf('\n\na')).toEqual(['', '', 'a']);
  expect(await linesOf('')).toEqual([]);
});

test('lines are whole wherever the pieces of a large file end, within a character too', async () => {
  const lines = Array.from({ length: 20_000 }, (_, number) => `${number} ${'é'.repeat(number % 40)}`);
  expect(await linesOf(lines.join('\n'))).toEqual(lines);
});

test('the longest line is read; one character more is refused with the number of the line', async () => {
  const longest = 'x'.repeat(lineLengthMax);
  expect(await linesOf(`a\n${longest}\nb`)).toHaveLength(3);
  await expect(linesOf(`a\n${longest}x\nb`)).rejects.toThrow(`line 2: expected at most ${lineLengthMax} characters, found xxx`);
  await expect(linesOf(`a\n${longest}x`)).rejects.toMatchObject({ code: 'TRACE_BAD_LINE', data: { line: 2 } });
});

test('a file that is not there, or is a folder, is a named error', async () => {
  const missing = readLines('/nowhere/trace.csv').next();
  await expect(missing).rejects.toMatchObject({ code: 'TRACE_UNREADABLE', data: { file: '/nowhere/trace.csv' } });
  await expect(missing).rejects.toThrow('the trace /nowhere/trace.csv cannot be read: ENOENT: no such file');
  await expect(readLines(import.meta.dirname).next()).rejects.toThrow('EISDIR');
});

test('the hash names the content and the seed', async () => {
  const file = await traceFile('abc');
  expect(await hashFile(file, 7)).toMatch(/^[0-9a-f]{12}$/);
  expect(await hashFile(file, 7)).toBe(await hashFile(await traceFile('abc'), 7));
  expect(await hashFile(file, 7)).not.toBe(await hashFile(file, 8));
  expect(await hashFile(file, 7)).not.toBe(await hashFile(await traceFile('abd'), 7));
});
