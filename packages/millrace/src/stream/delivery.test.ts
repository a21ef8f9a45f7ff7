import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, expect, test } from 'vitest';
import { jsonLinesFile } from '../connector/json-lines-file.ts';
import { log } from '../connector/log.ts';
import { systemClock } from '../port/clock.ts';
import { memoryBackend } from '../port/memory-backend.ts';
import { MemoryDisk } from '../port/memory-disk.ts';
import { LOG, OUTPUT } from '../store/key.ts';
import type { Parcel, SinkDriver, SinkSpec } from '../task/sink.ts';
import { listed, probed } from '../testing/fixture-list.ts';
import { SinkProbe } from '../testing/sink-probe.ts';
import { outOfOrder } from '../time/completeness.ts';
import { type App, pipeline } from './pipeline.ts';
import type { Program } from './program.ts';

/*
 * What is delivered while the program goes on, commits, and dies. A process that dies is drawn as it was:
 * its disk and its file are copied at each of its steps, and a new process goes on with every copy.
 */

const folder = mkdtempSync(join(tmpdir(), 'millrace-delivery-'));
afterAll(() => rmSync(folder, { recursive: true }));

const times = { time: (n: number) => n, complete: outOfOrder(0), maxAhead: 'any' } as const;
const EVENTS = Array.from({ length: 24 }, (_, n) => n);

function copied(disk: MemoryDisk): MemoryDisk {
  const copy = new MemoryDisk();
  const backend = memoryBackend(copy);
  backend.transact((txn) => {
    for (const [key, value] of memoryBackend(disk).range(Uint8Array.of(0), Uint8Array.of(255))) txn.put(key, value);
  });
  return copy;
}

/** Takes its time: the next commits come while a delivery runs. `at` is told of each of its steps. */
function slow<T>(spec: SinkSpec<T>, at: (step: 'before' | 'written') => void): SinkSpec<T> {
  return {
    text: spec.text,
    open: async (context): Promise<SinkDriver<T>> => {
      const driver = await spec.open(context);
      return {
        write: (row, number) => driver.write(row, number),
        flush: () => driver.flush(),
        encode: (rows) => driver.encode(rows),
        deliver: async (parcels) => {
          at('before');
          for (let turn = 0; turn < 5; turn += 1) await systemClock.yield();
          await driver.deliver(parcels);
          at('written');
          await systemClock.yield();
        },
        position: () => driver.position(),
        close: () => driver.close(),
      };
    },
  };
}

test('wherever the process dies, between commits and deliveries that overlap, every row is in the file exactly once', async () => {
  const program = (path: string, at: (step: string) => void): Program =>
    pipeline('rows', (app) => {
      const source = app.source('numbers', listed([EVENTS], 1), times);
      source.map((n) => 'x'.repeat(n)).to(app.sink('out', slow(jsonLinesFile(path), at)));
    }) as Program;
  const expected = EVENTS.map((n) => `"${'x'.repeat(n)}"\n`).join('');
  const path = join(folder, 'first.jsonl');
  const disk = new MemoryDisk();
  const deaths: { readonly disk: MemoryDisk; readonly file: Buffer; readonly step: string }[] = [];
  const backend = memoryBackend(disk);
  const die = (step: string): void => void deaths.push({ disk: copied(disk), file: readFileSync(path), step });
  const transact: typeof backend.transact = (work) => {
    const result = backend.transact(work);
    die('committed');
    return result;
  };
  writeFileSync(path, '');
  const watched = { transact, get: backend.get.bind(backend), range: backend.range.bind(backend), close: backend.close.bind(backend) };
  await program(path, die).run({ store: watched, commit: { everyEvents: 1 } });
  expect(readFileSync(path, 'utf8')).toBe(expected);
  expect(deaths.length).toBeGreaterThan(3 * EVENTS.length);
  for (const [i, death] of deaths.entries()) {
    const copy = join(folder, `${i}.jsonl`);
    // Of what was just written, any part may have reached the disk.
    for (const file of death.step === 'written' ? [death.file, death.file.subarray(0, -1), death.file.subarray(0, -2)] : [death.file]) {
      writeFileSync(copy, file);
      await program(copy, () => undefined).run({ store: memoryBackend(copied(death.disk)), commit: { everyEvents: 5 } });
      expect(readFileSync(copy, 'utf8')).toBe(expected);
    }
  }
});

test('rows that are delivered after a restart equal those that were delivered before it', async () => {
  const bytes = Uint8Array.of(1, 2);
  const values: readonly unknown[] = [
    undefined,
    null,
    -0,
    Number.NaN,
    2n ** 70n,
    -1n,
    'ü\ud800',
    new Date(5),
    new Date(Number.NaN),
    bytes,
    [undefined, null, [1n]],
    new Map<unknown, unknown>([[1n, undefined]]),
    new Set([undefined, 'a']),
    { there: undefined },
    {},
    { at: new Date(7), n: 3n, deep: [{ a: undefined }, { b: null }] },
  ];
  const disk = new MemoryDisk();
  const calls: (readonly [number, unknown])[][] = [[], []];
  let holds = true;
  const write = (round: number) => (app: App) => {
    const source = app.source('numbers', listed([values.map((_, n) => n)]), times);
    source.map((n) => values[n]).to(app.callback('out', (row, number) => void calls[round]?.push([number, row])));
    source.map((n) => n).to(app.sink('other', { text: 'held', open: async () => held }));
  };
  const held = new (class extends SinkProbe {
    override async deliver(parcels: readonly Parcel[]): Promise<void> {
      if (holds) throw new Error('held');
      await super.deliver(parcels);
    }
  })();
  await expect(pipeline('values', write(0)).run({ store: memoryBackend(disk) })).rejects.toMatchObject({ code: 'SINK_FAILED' });
  holds = false;
  await pipeline('values', write(1)).run({ store: memoryBackend(disk) });
  expect(calls[0]).toStrictEqual(values.map((value, number) => [number, value]));
  expect(calls[1]).toStrictEqual(calls[0]);
  expect(held.rows()).toEqual(values.map((_, n) => n));
});

test('a commit of more rows than are encoded at a time: all come, in order, under their numbers', async () => {
  const numbers = Array.from({ length: 5_000 }, (_, n) => n);
  const path = join(folder, 'many.jsonl');
  const called: (readonly [number, number])[] = [];
  const program = pipeline('many', (app) => {
    const source = app.source('numbers', listed([numbers]), times);
    source.flatMap((n) => (n % 2 === 0 ? [n, n] : [])).to(app.callback('called', (row, number) => void called.push([number, row])));
    source.map((n) => ({ n })).to(app.sink('file', jsonLinesFile(path)));
  });
  writeFileSync(path, '');
  await program.run({ store: memoryBackend(new MemoryDisk()), commit: { everyMs: 1_000_000, everyEvents: 1_000_000 } });
  expect(called).toEqual(numbers.map((n) => [n, n - (n % 2)]));
  expect(readFileSync(path, 'utf8')).toBe(numbers.map((n) => `{"n":${n}}\n`).join(''));
});

test('a row that cannot be stored is set aside, wherever in the commit it stands; see unstorable.test.ts', async () => {
  for (const at of [0, 1_023, 1_024, 2_999]) {
    const out = new SinkProbe();
    const program = pipeline('unstorable', (app) => {
      const source = app.source('numbers', listed([Array.from({ length: 3_000 }, (_, n) => n)]), times);
      source.map((n) => (n === at ? { call: () => n } : { n })).to(app.sink('out', probed(out)));
    });
    expect((await program.run({ store: memoryBackend(new MemoryDisk()) })).bad).toBe(1);
    expect(out.rows()).toEqual(Array.from({ length: 3_000 }, (_, n) => ({ n })).filter(({ n }) => n !== at));
  }
});

test('a store keeps no rows that were taken, and of a log that is kept until it is processed the last block only', async () => {
  const disk = new MemoryDisk();
  const out = new SinkProbe();
  const program = pipeline('kept', (app) => app.source('numbers', log<number>(), times).to(app.sink('out', probed(out))));
  await program.start({ store: memoryBackend(disk), commit: { everyMs: 0 } });
  const most = { outputs: 0, blocks: 0 };
  for (const n of EVENTS) {
    await program.append('numbers', [n]);
    await program.caughtUp('numbers');
    await program.committed();
    const kinds = [...memoryBackend(disk).range(Uint8Array.of(0), Uint8Array.of(255))].map(([key]) => key[0]);
    most.outputs = Math.max(most.outputs, kinds.filter((kind) => kind === OUTPUT).length);
    most.blocks = Math.max(most.blocks, kinds.filter((kind) => kind === LOG).length);
  }
  await program.end('numbers');
  await program.done;
  expect(out.rows()).toEqual(EVENTS);
  expect([...memoryBackend(disk).range(Uint8Array.of(OUTPUT), Uint8Array.of(OUTPUT + 1))]).toEqual([]);
  // Those of a commit go with one of the next.
  expect(most.outputs).toBeLessThan(6);
  expect(most.blocks).toBeLessThan(6);
});

test('a program without a store forgets what a log no longer needs, and goes on reading', async () => {
  const out = new SinkProbe();
  const program = pipeline('forgetting', (app) => app.source('numbers', log<number>(), times).to(app.sink('out', probed(out))));
  await program.start({ commit: { everyMs: 0 } });
  for (const n of EVENTS) {
    await program.append('numbers', [n]);
    if (n % 5 === 0) await program.caughtUp('numbers');
  }
  await program.caughtUp('numbers');
  await program.committed();
  expect([...program.read('numbers')]).toEqual([23]);
  await program.end('numbers');
  await program.done;
  expect(out.rows()).toEqual(EVENTS);
});
