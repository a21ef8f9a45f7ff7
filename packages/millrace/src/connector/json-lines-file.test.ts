import { appendFileSync, mkdirSync, mkdtempSync, readFileSync, rmSync, truncateSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import fc from 'fast-check';
import { afterAll, expect, onTestFinished, test } from 'vitest';
import { FileWriter } from '../port/file-writer.ts';
import type { SinkDriver } from '../task/sink.ts';
import type { Json } from '../task/source.ts';
import { TryAgain } from '../try-again.ts';
import { jsonLinesFile } from './json-lines-file.ts';

const folder = mkdtempSync(join(tmpdir(), 'millrace-json-lines-file-'));
let files = 0;

afterAll(() => rmSync(folder, { recursive: true }));

function newPath(): string {
  files += 1;
  return join(folder, `${files}.jsonl`);
}

function open(path: string, position: Json | undefined, durable = true): Promise<SinkDriver<unknown>> {
  return jsonLinesFile<unknown>(path).open({ name: 'out', pipeline: 'test', position, durable });
}

test('in memory the file is emptied at the start and has every row after a flush', async () => {
  const path = newPath();
  writeFileSync(path, 'from an earlier run, and longer than what is to come\n');
  const driver = await open(path, undefined, false);
  driver.write({ id: 'a' }, 0);
  driver.write({ n: 1n }, 1);
  await driver.flush();
  driver.write('ü', 2);
  await driver.flush();
  expect(driver.flush()).toBeUndefined();
  await driver.close();
  expect(readFileSync(path, 'utf8')).toBe('{"id":"a"}\n{"n":"1"}\n"ü"\n');
});

test('a delivery that is repeated writes the same bytes at the same place', async () => {
  const path = newPath();
  const driver = await open(path, undefined);
  const first = driver.encode(['ü', 'b']);
  const second = driver.encode(['c']);
  expect(driver.position()).toEqual({ end: 13 });
  await driver.deliver([{ payload: first, first: 0 }]);
  await driver.deliver([{ payload: first, first: 0 }]);
  await driver.deliver([{ payload: second, first: 2 }]);
  await driver.deliver([{ payload: second, first: 2 }]);
  await driver.close();
  expect(readFileSync(path, 'utf8')).toBe('"ü"\n"b"\n"c"\n');
});

test('rows count as taken only when the file is synced, and where there is no room, at a write or at a sync, they are to be tried again', async () => {
  const path = newPath();
  const driver = await open(path, undefined);
  const steps: string[] = [];
  const trouble: (string | undefined)[] = [];
  const stepOf = <A extends unknown[]>(name: string, step: (this: FileWriter, ...args: A) => Promise<void>) => async function (this: FileWriter, ...args: A): Promise<void> {
    steps.push(name);
    const code = trouble.shift();
    if (code !== undefined) throw Object.assign(new Error(`${code}: it is so`), { code });
    await step.apply(this, [...args] as never);
  };
  const { writeAt, sync } = FileWriter.prototype;
  onTestFinished(() => void Object.assign(FileWriter.prototype, { writeAt, sync }));
  Object.assign(FileWriter.prototype, { writeAt: stepOf('write', writeAt), sync: stepOf('sync', sync) });
  const parcel = { payload: driver.encode(['a']), first: 0 };
  await driver.deliver([parcel]).then(() => steps.push('taken'));
  expect(steps.splice(0)).toEqual(['write', 'sync', 'taken']);
  for (const codes of [['ENOSPC'], ['EDQUOT'], [undefined, 'ENOSPC']]) {
    trouble.push(...codes);
    await expect(driver.deliver([parcel])).rejects.toBeInstanceOf(TryAgain);
  }
  // What a sync that failed has left is not known: nothing is tried again.
  trouble.push(undefined, 'EIO');
  await expect(driver.deliver([parcel])).rejects.not.toBeInstanceOf(TryAgain);
  await driver.deliver([parcel]);
  await driver.close();
  expect(readFileSync(path, 'utf8')).toBe('"a"\n');
});

test('a torn delivery is written again over what there is of it', async () => {
  const path = newPath();
  const before = await open(path, undefined);
  const payload = before.encode([{ id: 'a' }, { id: 'b' }]);
  const position = before.position();
  await before.deliver([{ payload, first: 0 }]);
  await before.close();
  truncateSync(path, 7);
  const after = await open(path, position);
  await after.deliver([{ payload, first: 0 }]);
  await after.close();
  expect(readFileSync(path, 'utf8')).toBe('{"id":"a"}\n{"id":"b"}\n');
});

test('a file that holds something before the first row is refused, and left as it is', async () => {
  const path = newPath();
  writeFileSync(path, 'mine\n');
  await expect(open(path, undefined)).rejects.toMatchObject({ code: 'SINK_FILE_CHANGED', data: { path, actual: '5 bytes' } });
  await expect(open(path, undefined)).rejects.toThrow('expected an empty file or none');
  expect(readFileSync(path, 'utf8')).toBe('mine\n');
});

test('a file that somebody made longer is refused', async () => {
  const path = newPath();
  const driver = await open(path, undefined);
  await driver.deliver([{ payload: driver.encode(['a']), first: 0 }]);
  await driver.close();
  appendFileSync(path, '\n');
  await expect(open(path, driver.position())).rejects.toThrow(`the file ${path} is not as the program left it: expected at most 4 bytes, it has 5 bytes`);
});

test('a file that somebody made shorter is refused at the first row that would leave a gap', async () => {
  const path = newPath();
  const driver = await open(path, undefined);
  await driver.deliver([{ payload: driver.encode(['a']), first: 0 }]);
  await driver.close();
  truncateSync(path, 3);
  const after = await open(path, driver.position());
  await expect(after.deliver([{ payload: after.encode(['b']), first: 1 }])).rejects.toThrow('expected at least 4 bytes, it has 3 bytes');
  await after.close();
  expect(readFileSync(path, 'utf8')).toBe('"a"');
});

test('a path that cannot be written is a clear error', async () => {
  const path = join(folder, 'no', 'such', 'folder.jsonl');
  await expect(open(path, undefined)).rejects.toMatchObject({ code: 'SINK_UNWRITABLE', data: { path } });
  const taken = newPath();
  mkdirSync(taken);
  await expect(open(taken, undefined)).rejects.toThrow(`the file ${taken} cannot be written: EISDIR`);
});

/** What a task remembers of its sink: all of it is as of its last commit. */
interface Store {
  position: Json | undefined;
  rows: number;
  readonly outputs: { readonly payload: Uint8Array; readonly first: number; delivered: boolean }[];
}

test('however often it is killed, between any two steps or within a write, every row is in the file once', async () => {
  const deed = fc.oneof(
    { weight: 4, arbitrary: fc.record({ kind: fc.constant('commit' as const), rows: fc.array(fc.string({ maxLength: 5, unit: 'grapheme' }), { minLength: 1, maxLength: 3 }) }) },
    { weight: 4, arbitrary: fc.record({ kind: fc.constant('deliver' as const) }) },
    { weight: 1, arbitrary: fc.record({ kind: fc.constant('encode and die' as const) }) },
    { weight: 2, arbitrary: fc.record({ kind: fc.constant('die' as const), forget: fc.boolean() }) },
    { weight: 2, arbitrary: fc.record({ kind: fc.constant('die writing' as const), share: fc.double({ min: 0, max: 1, noNaN: true }) }) },
  );
  await fc.assert(
    fc.asyncProperty(fc.array(deed, { maxLength: 20, size: 'max' }), async (steps) => {
      const path = newPath();
      const store: Store = { position: undefined, rows: 0, outputs: [] };
      const expected: string[] = [];
      let driver = await open(path, store.position);
      const restart = async (): Promise<void> => {
        await driver.close();
        driver = await open(path, store.position);
        for (const output of store.outputs.filter(({ delivered }) => !delivered)) {
          await driver.deliver([output]);
          output.delivered = true;
        }
      };
      for (const step of steps) {
        const next = store.outputs.find(({ delivered }) => !delivered);
        if (step.kind === 'commit') {
          store.outputs.push({ payload: driver.encode(step.rows), first: store.rows, delivered: false });
          store.position = driver.position();
          store.rows += step.rows.length;
          expected.push(...step.rows);
        } else if (step.kind === 'encode and die') {
          driver.encode(['never committed']);
          await restart();
        } else if (step.kind === 'deliver') {
          if (next !== undefined) await driver.deliver([next]);
          if (next !== undefined) next.delivered = true;
        } else if (step.kind === 'die') {
          // That it was delivered may have been forgotten: only a later commit remembers it.
          const last = store.outputs.findLast(({ delivered }) => delivered);
          if (step.forget && last !== undefined) last.delivered = false;
          await restart();
        } else {
          if (next !== undefined) {
            await driver.deliver([next]);
            const { length } = readFileSync(path);
            const lines = next.payload.length - 8;
            truncateSync(path, length - Math.floor(step.share * lines));
          }
          await restart();
        }
      }
      await restart();
      await driver.close();
      expect(readFileSync(path, 'utf8')).toBe(expected.map((row) => `${JSON.stringify(row)}\n`).join(''));
      rmSync(path);
    }),
    { numRuns: 100 },
  );
});
