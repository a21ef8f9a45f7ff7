import { mkdirSync, mkdtempSync, rmSync, truncateSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import fc from 'fast-check';
import { afterAll, expect, test } from 'vitest';
import { systemClock } from '../port/clock.ts';
import type { BadInput, Batch, Json, Reader, SourceContext } from '../task/source.ts';
import { jsonLines } from './json-lines.ts';

const folder = mkdtempSync(join(tmpdir(), 'millrace-json-lines-'));
const path = join(folder, 'requests.jsonl');

afterAll(() => rmSync(folder, { recursive: true }));

const context: SourceContext = {
  name: 'requests',
  clock: { ...systemClock, now: () => 1_000 },
  log: () => {
    throw new Error('a file needs no log');
  },
};

async function opened(cursor?: Json): Promise<Reader<unknown>> {
  const [reader] = await jsonLines(path).open(context, [cursor]);
  return reader as Reader<unknown>;
}

type Given = Batch<unknown> | BadInput;

/** Everything from a cursor on, in reads of at most `max` rows. */
async function readAll(cursor?: Json, max = 512): Promise<Given[]> {
  const reader = await opened(cursor);
  const given: Given[] = [];
  for (;;) {
    const next = reader.read(max);
    if (next === 'ended') break;
    if (next === undefined) await reader.ready();
    else given.push(next);
  }
  expect(reader.read(max)).toBe('ended');
  await reader.close();
  return given;
}

/** What was given, a record a piece, however it was cut into batches. */
function records(given: readonly Given[]): unknown[] {
  return given.flatMap((one) => ('bad' in one ? [one.bad] : [...one.rows]));
}

test('each line is an event, in order, and then the source has ended', async () => {
  writeFileSync(path, '{"id":"a"}\r\n\n{"id":"b"}');
  const given = await readAll();
  expect(records(given)).toEqual([{ id: 'a' }, { id: 'b' }]);
  expect(given[0]).toMatchObject({ arrival: 1_000 });
});

test('a line that nests too deep, or has a field that is a trap, is told with its number, as over HTTP', async () => {
  const deep = (levels: number): string => `{"x":${'['.repeat(levels - 1)}${']'.repeat(levels - 1)}}`;
  writeFileSync(path, `${deep(32)}\n${deep(33)}\n${'['.repeat(200_000)}\n${'['.repeat(200_000)}${']'.repeat(200_000)}\n{"a":{"__proto__":1}}\n{"id":"b"}\n`);
  const [, ...others] = records(await readAll());
  expect(others).toMatchObject([
    { reason: 'malformed', message: `line 2 of ${path} nests deeper than 32`, raw: deep(33) },
    { reason: 'malformed', message: expect.stringContaining(`line 3 of ${path} is not JSON`) },
    { reason: 'malformed', message: `line 4 of ${path} nests deeper than 32` },
    { reason: 'malformed', message: `line 5 of ${path} has a field named __proto__` },
    { id: 'b' },
  ]);
});

test('a line that is no JSON is told with its path, number, reason and text, and stops no other', async () => {
  writeFileSync(path, '{"id":"a"}\n\n{"id":oops}\n{"id":"b"}\n');
  const [a, bad, b] = records(await readAll());
  expect([a, b]).toEqual([{ id: 'a' }, { id: 'b' }]);
  expect(bad).toMatchObject({ reason: 'malformed', raw: '{"id":oops}' });
  expect((bad as BadInput['bad']).message).toMatch(`line 3 of ${path} is not JSON: Unexpected token 'o'`);
});

test('a line that is not UTF-8 is malformed', async () => {
  writeFileSync(path, Buffer.concat([Buffer.from('"a'), Buffer.from([0xc3]), Buffer.from('"\n"b"')]));
  expect(records(await readAll())).toMatchObject([{ reason: 'malformed', message: `line 1 of ${path} is not UTF-8` }, 'b']);
});

test('a line of more than 16 MiB is too large, and passed over', async () => {
  const long = `"${'x'.repeat(16 * 1024 * 1024 - 1)}"`;
  writeFileSync(path, `1\n${long}\n2`);
  const [one, bad, two] = records(await readAll());
  expect([one, two]).toEqual([1, 2]);
  expect(bad).toMatchObject({ reason: 'too-large', message: `line 2 of ${path} is longer than 16777216 bytes`, raw: long.slice(0, 4096) });
});

test('an empty file has ended', async () => {
  writeFileSync(path, '');
  expect(await readAll()).toEqual([]);
});

test('reading on from any cursor gives the same rest', async () => {
  const line = fc.oneof(fc.jsonValue().map((value) => JSON.stringify(value)), fc.constantFrom('', '{oops', '"ü🙂"'));
  await fc.assert(
    fc.asyncProperty(fc.array(line), fc.boolean(), fc.integer({ min: 1, max: 5 }), async (lines, closed, max) => {
      writeFileSync(path, lines.join('\n') + (closed ? '\n' : ''));
      const given = await readAll(undefined, max);
      expect(records(await readAll(undefined, 1))).toEqual(records(given));
      for (const [i, { cursor }] of given.entries()) {
        expect(records(await readAll(cursor))).toEqual(records(given.slice(i + 1)));
      }
    }),
    { numRuns: 50 },
  );
});

test('several files are partitions of one source', async () => {
  const other = join(folder, 'other.jsonl');
  writeFileSync(path, '1\n');
  writeFileSync(other, '2\n');
  const spec = jsonLines<number>([path, other]);
  expect(spec.partitions).toBe(2);
  const readers = await spec.open(context, [undefined, undefined]);
  const rows = await Promise.all(readers.map(async (reader) => {
    await reader.ready();
    return reader.read(10);
  }));
  expect(rows).toMatchObject([{ rows: [1] }, { rows: [2] }]);
  for (const reader of readers) await reader.close();
});

test('a file that is not there, or is a folder, is a clear error', async () => {
  const missing = join(folder, 'missing.jsonl');
  await expect(jsonLines(missing).open(context, [undefined])).rejects.toMatchObject({ code: 'SOURCE_UNREADABLE', data: { path: missing } });
  const inner = join(folder, 'inner');
  mkdirSync(inner);
  await expect(jsonLines(inner).open(context, [undefined])).rejects.toThrow(`the file ${inner} cannot be read: it is not a file`);
});

test('a file that has become shorter than what was read of it is a clear error', async () => {
  writeFileSync(path, '1\n2\n');
  const [{ cursor }] = (await readAll()) as [Given];
  truncateSync(path, 2);
  await expect(opened(cursor)).rejects.toThrow('it has 2 bytes, and 4 had been read before');
});
