import fc from 'fast-check';
import { expect, test } from 'vitest';
import { systemClock } from '../port/clock.ts';
import { memoryBackend } from '../port/memory-backend.ts';
import { MemoryDisk } from '../port/memory-disk.ts';
import { Log } from '../store/log.ts';
import { takeEpoch } from '../store/meta.ts';
import { GroupCommit } from '../task/group-commit.ts';
import { LogHandle } from '../task/log-handle.ts';
import type { Json, Reader, SourceContext } from '../task/source.ts';
import { log } from './log.ts';

const LOG_ID = 1;

function handleOn(disk: MemoryDisk): LogHandle<unknown> {
  const backend = memoryBackend(disk);
  return new LogHandle(new Log(backend, LOG_ID, 'requests'), 'processed', new GroupCommit(backend, systemClock, takeEpoch(backend)), systemClock);
}

async function opened(handle: LogHandle<unknown>, cursor?: Json): Promise<Reader<unknown>> {
  const context: SourceContext = { name: 'requests', clock: systemClock, log: <T>() => handle as LogHandle<T> };
  const [reader] = await log<unknown>().open(context, [cursor]);
  return reader as Reader<unknown>;
}

/** What can be read now, a record a piece: rows as they are, bad ones as their reasons. */
function readNow(reader: Reader<unknown>, max = 512): { readonly given: unknown[]; readonly cursors: Json[] } {
  const given: unknown[] = [];
  const cursors: Json[] = [];
  for (let next = reader.read(max); next !== undefined && next !== 'ended'; next = reader.read(max)) {
    given.push(...('bad' in next ? [next.bad] : next.rows));
    cursors.push(next.cursor);
  }
  return { given, cursors };
}

test('what is appended is read, in order, and the end when it is said', async () => {
  const handle = handleOn(new MemoryDisk());
  const reader = await opened(handle);
  expect(reader.read(10)).toBeUndefined();
  const ready = reader.ready();
  expect(await handle.append(['a', 'b'])).toBe(0);
  expect(await handle.append(['c'])).toBe(2);
  await ready;
  expect(readNow(reader).given).toEqual(['a', 'b', 'c']);
  await handle.end();
  expect(reader.read(10)).toBe('ended');
  await expect(handle.append(['d'])).rejects.toMatchObject({ code: 'LOG_ENDED' });
});

test('a bad row keeps its place, and is set aside with what was said of it, also after a restart', async () => {
  const disk = new MemoryDisk();
  const handle = handleOn(disk);
  const reader = await opened(handle);
  await handle.append([{ id: 'a' }, handle.bad('malformed', 'no object', 5), handle.bad('too-large', 'long', 'x'.repeat(9_999)), { id: 'b' }]);
  const expected = [{ id: 'a' }, { reason: 'malformed', message: 'no object', raw: '5' }, { reason: 'too-large', raw: `${'x'.repeat(4096)}…` }, { id: 'b' }];
  expect(readNow(reader).given).toMatchObject(expected);
  expect(readNow(await opened(handleOn(disk))).given).toMatchObject(expected);
});

test('a Map that somebody appends is an event', async () => {
  const handle = handleOn(new MemoryDisk());
  const reader = await opened(handle);
  await handle.append([new Map([['a', 1]])]);
  expect(readNow(reader).given).toEqual([new Map([['a', 1]])]);
});

test('reading on from any cursor, from memory or from the store, gives the same rest', async () => {
  const appends = fc.array(fc.array(fc.oneof(fc.nat(), fc.constant('bad')), { minLength: 1, maxLength: 4 }), { maxLength: 5 });
  await fc.assert(
    fc.asyncProperty(appends, fc.integer({ min: 1, max: 5 }), async (batches, max) => {
      const disk = new MemoryDisk();
      const handle = handleOn(disk);
      const reader = await opened(handle);
      for (const rows of batches) await handle.append(rows.map((row) => (row === 'bad' ? handle.bad('malformed', 'bad', 'bad') : row)));
      const { given, cursors } = readNow(reader, max);
      expect(given.length).toBe(batches.flat().length);
      for (const cursor of cursors) {
        expect(readNow(await opened(handleOn(disk), cursor), max).given).toEqual(given.slice(cursor as number));
      }
    }),
    { numRuns: 50 },
  );
});
