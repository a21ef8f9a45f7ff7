import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, describe, expect, test } from 'vitest';
import { jsonLinesFile } from '../connector/json-lines-file.ts';
import { memoryBackend } from '../port/memory-backend.ts';
import { MemoryDisk } from '../port/memory-disk.ts';
import { listed, probed } from '../testing/fixture-list.ts';
import { SinkProbe } from '../testing/sink-probe.ts';
import { outOfOrder } from '../time/completeness.ts';
import { tumbling } from '../time/windowing.ts';
import { type App, pipeline } from './pipeline.ts';

/*
 * What a store cannot keep is found when a commit is written, and then it is one of many. With a store the
 * program goes back to its last commit, finds the record, and sets it aside; everything else is there once.
 */

interface Event {
  readonly time: number;
  readonly name: string;
}

const events: readonly Event[] = Array.from({ length: 40 }, (_, time) => ({ time, name: time === 17 || time === 30 ? 'x' : `e${time}` }));
const names = events.filter(({ name }) => name !== 'x').map(({ name }) => name);
const times = { time: (e: Event) => e.time, complete: outOfOrder(0), maxAhead: 'any' } as const;

class Own {
  readonly name = 'own';
}

const nested = (levels: number): unknown => (levels === 0 ? 1 : [nested(levels - 1)]);
const circle = (): unknown => {
  const list: unknown[] = [];
  list.push(list);
  return list;
};

const values: readonly (readonly [string, () => unknown, string])[] = [
  ['a function', () => () => 1, 'a function'],
  ['a symbol', () => Symbol('q'), 'a symbol'],
  ['an object of a class', () => new Own(), 'an object of class Own'],
  ['what nests too deep', () => nested(70), 'nested more than 64 deep'],
  ['a circle', circle, 'a circle'],
];

type Write = (app: App, value: () => unknown, out: SinkProbe) => void;

const sink: Write = (app, value, out) =>
  app.source('events', listed([events]), times).map((e) => ({ name: e.name, value: e.name === 'x' ? value() : 1 })).to(app.sink('out', probed(out)));

const state: Write = (app, value, out) => {
  const source = app.source('events', listed([events]), times);
  const kept = source.keyBy((e) => e.name).process<string, unknown>({
    name: 'kept',
    state: () => 0,
    on(e, { state: own, emit }) {
      own.set(e.name === 'x' ? value() : e.time);
      emit(e.name);
    },
  });
  kept.map((name) => ({ name })).to(app.sink('out', probed(out)));
};

const collected: Write = (app, value, out) => {
  const keyed = app.source('events', listed([events]), times).map((e) => ({ name: e.name, value: e.name === 'x' ? value() : 1 })).keyBy((e) => e.name);
  keyed.collect({ name: 'all' }).changes().map(({ key }) => ({ name: key })).to(app.sink('out', probed(out)));
};

describe.each([['in rows for a sink', sink], ['in the state of a process', state], ['in what is collected', collected]])('%s', (_, write) => {
  test.each(values)('%s: that record is set aside, all others are there once', async (_name, value, said) => {
    for (const everyEvents of [1, 7, 1_000_000]) {
      const out = new SinkProbe();
      const disk = new MemoryDisk();
      const program = pipeline('unstorable', (app) => write(app, value, out));
      await program.start({ store: memoryBackend(disk), commit: { everyEvents, everyMs: 60_000 } });
      await program.done;
      expect(out.rows().map((row) => (row as { name: string }).name)).toEqual(names);
      const again = pipeline('unstorable', (app) => write(app, value, out));
      await again.start({ store: memoryBackend(disk) });
      expect(again.bad()).toMatchObject([30, 17].map((offset) => ({ source: 'events', offset, reason: 'threw', message: expect.stringContaining(said) })));
      await again.done;
    }
  });
});

test.each([1, 2, 5, 10, 20, 39, 40, 1_000_000])('the row of a closing window that a sink cannot have is set aside by itself, with a commit every %i events', async (everyEvents) => {
  const out = new SinkProbe();
  const program = pipeline('closing', (app) => {
    const rows = app.source('events', listed([events]), times).keyBy((e) => e.name).window(tumbling(10)).count({ name: 'counts' }).final();
    rows.map(({ key }) => (key === 'x' ? Symbol('q') : key)).to(app.sink('out', probed(out)));
  });
  // The last window closes with the end of its source: after 40 events that is all there is to commit.
  const status = await program.run({ store: memoryBackend(), commit: { everyMs: 60_000, everyEvents } });
  expect(out.rows()).toEqual(names);
  expect(status).toMatchObject({ bad: 2 });
  expect(status.sources['events']).toMatchObject([{ events: 40, bad: 0 }]);
});

test('who wants to be stopped by what fails is stopped, with the record', async () => {
  const program = pipeline('stopping', (app) => sink(app, () => Symbol('q'), new SinkProbe()), { onThrow: 'stop' });
  await expect(program.run({ store: memoryBackend() })).rejects.toMatchObject({ code: 'FUNCTION_THREW', data: { offset: 17 } });
});

describe('a file of JSON lines', () => {
  const folder = mkdtempSync(join(tmpdir(), 'millrace-unstorable-'));
  afterAll(() => rmSync(folder, { recursive: true }));

  test('has no line for what has no JSON, and each other line once', async () => {
    const path = join(folder, 'out.jsonl');
    const program = pipeline('lines', (app) => app.source('events', listed([events]), times).map((e) => (e.name === 'x' ? circle() : e.name)).to(app.sink('out', jsonLinesFile(path))));
    expect((await program.run({ store: join(folder, 'store'), commit: { everyMs: 60_000 } })).bad).toBe(2);
    expect(readFileSync(path, 'utf8').trimEnd().split('\n').map((line) => JSON.parse(line) as unknown)).toEqual(names);
  });
});

test('what no single record can be blamed for stops the program, with the reason', async () => {
  const program = pipeline('all', (app) => {
    app.source('events', listed([events]), times).window(tumbling(100)).count({ name: 'counts' }).final().keyBy(() => 'all')
      .process<number, unknown>({ name: 'kept', state: () => 0, on: (_, context) => context.state.set(Symbol('q')) }).to(app.sink('out', probed(new SinkProbe())));
  });
  await expect(program.run({ store: memoryBackend() })).rejects.toMatchObject({ code: 'UNSTORABLE_VALUE' });
});
