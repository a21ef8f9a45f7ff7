import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import fc from 'fast-check';
import { afterAll, expect, test } from 'vitest';
import { systemClock } from '../port/clock.ts';
import type { BadInput, Batch, Json, Reader, SourceContext, SourceSpec } from '../task/source.ts';
import { csv } from './csv.ts';

const folder = mkdtempSync(join(tmpdir(), 'millrace-csv-'));
const path = join(folder, 'requests.csv');

afterAll(() => rmSync(folder, { recursive: true }));

const context: SourceContext = {
  name: 'requests',
  clock: systemClock,
  log: () => {
    throw new Error('a file needs no log');
  },
};

type Given = Batch<unknown> | BadInput;

async function readAll(spec: SourceSpec<unknown> = csv(path), cursor?: Json, max = 512): Promise<Given[]> {
  const [reader] = (await spec.open(context, [cursor])) as [Reader<unknown>];
  const given: Given[] = [];
  for (;;) {
    const next = reader.read(max);
    if (next === 'ended') break;
    if (next === undefined) await reader.ready();
    else given.push(next);
  }
  await reader.close();
  return given;
}

function records(given: readonly Given[]): unknown[] {
  return given.flatMap((one) => ('bad' in one ? [one.bad] : [...one.rows]));
}

test('the first record names the fields of the others', async () => {
  writeFileSync(path, '\uFEFFid,"the note"\r\na,"one, ""two""\nand three"\r\n\r\nb,\r\n');
  expect(records(await readAll())).toEqual([{ id: 'a', 'the note': 'one, "two"\nand three' }, { id: 'b', 'the note': '' }]);
});

test('a file without names is given them', async () => {
  writeFileSync(path, '0,1.5\n600,2\n');
  expect(records(await readAll(csv(path, { columns: ['second', 'rate'] })))).toEqual([{ second: '0', rate: '1.5' }, { second: '600', rate: '2' }]);
});

test('parse makes events of records, and is told the line on which each begins', async () => {
  writeFileSync(path, 'id,note\na,"x\ny"\nb,z\n');
  const spec = csv(path, { parse: ({ id }, line) => ({ id, line }) });
  expect(records(await readAll(spec))).toEqual([{ id: 'a', line: 2 }, { id: 'b', line: 4 }]);
});

test('what is no event is told with its line and reason, and stops no other', async () => {
  writeFileSync(path, 'id,n\na,1\nb\nc,"x"y\nd,nine\ne,2,3\nf,4\n');
  const spec = csv(path, {
    parse: ({ id, n }) => {
      if (!Number.isFinite(Number(n))) throw new Error(`n is ${n}, expected a number`);
      return { id, n: Number(n) };
    },
  });
  const given = records(await readAll(spec));
  expect(given).toMatchObject([
    { id: 'a', n: 1 },
    { reason: 'malformed', message: `line 3 of ${path} is not an event: it has 1 fields, the file has 2 columns`, raw: 'b' },
    { reason: 'malformed', message: `line 4 of ${path} is not an event: field 2 goes on behind its closing quote`, raw: 'c,"x"y' },
    { reason: 'malformed', message: `line 5 of ${path} is not an event: n is nine, expected a number`, raw: 'd,nine' },
    { reason: 'malformed', message: `line 6 of ${path} is not an event: it has 3 fields, the file has 2 columns` },
    { id: 'f', n: 4 },
  ]);
});

test('reading on from any cursor gives the same rest, also between records with line breaks', async () => {
  const field = fc.string({ unit: fc.constantFrom('a', '"', ',', '\n', 'ü', ' ') }).map((text) => `"${text.replaceAll('"', '""')}"`);
  const record = fc.oneof({ weight: 5, arbitrary: fc.tuple(field, field).map((fields) => fields.join(',')) }, { weight: 1, arbitrary: fc.constantFrom('', 'x', '"x"y,z') });
  await fc.assert(
    fc.asyncProperty(fc.array(record), fc.integer({ min: 1, max: 5 }), async (lines, max) => {
      writeFileSync(path, ['id,note', ...lines].join('\n'));
      const given = await readAll(csv(path), undefined, max);
      expect(records(await readAll(csv(path), undefined, 1))).toEqual(records(given));
      for (const [i, { cursor }] of given.entries()) {
        expect(records(await readAll(csv(path), cursor))).toEqual(records(given.slice(i + 1)));
      }
    }),
    { numRuns: 50 },
  );
});

test('a file without any record has ended', async () => {
  writeFileSync(path, '');
  expect(await readAll()).toEqual([]);
  writeFileSync(path, 'id,note\n');
  expect(await readAll()).toEqual([]);
});

test('a header that names no columns one could use is a clear error', async () => {
  writeFileSync(path, 'id,id\n');
  await expect(readAll()).rejects.toMatchObject({ code: 'BAD_HEADER', message: `the header line of ${path} cannot be used: it has two columns named 'id'` });
  writeFileSync(path, 'id,__proto__\n');
  await expect(readAll()).rejects.toThrow("it has a column named '__proto__'");
  writeFileSync(path, 'id,"no\nte');
  await expect(readAll()).rejects.toThrow('field 2 has no closing quote');
  writeFileSync(path, Buffer.from([0xff, 0x2c, 0x61]));
  await expect(readAll()).rejects.toThrow('it is not UTF-8');
});

test('a file whose lines end with a carriage return alone is refused, with or without a header', async () => {
  writeFileSync(path, 'id,note\ra,1\rb,2\r');
  const said = 'field 2 has a carriage return and is not in quotes; lines have to end with LF or CRLF';
  await expect(readAll()).rejects.toMatchObject({ code: 'BAD_HEADER', message: `the header line of ${path} cannot be used: ${said}` });
  writeFileSync(path, 'a\rb\r');
  expect(records(await readAll(csv(path, { columns: ['id'] })))).toMatchObject([{ reason: 'malformed', message: expect.stringContaining('lines have to end with LF or CRLF'), raw: 'a\rb' }]);
});

test('a file that is not there is a clear error', async () => {
  await expect(readAll(csv(join(folder, 'missing.csv')))).rejects.toMatchObject({ code: 'SOURCE_UNREADABLE' });
});
