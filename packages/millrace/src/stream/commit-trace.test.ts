import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { tracingChannel } from 'node:diagnostics_channel';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { pipeline } from './pipeline.ts';
import { listed } from '../testing/fixture-list.ts';
import { outOfOrder } from '../time/completeness.ts';

let folder: string;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'millrace-commit-trace-'));
});
afterEach(() => rmSync(folder, { recursive: true }));

const visits = () =>
  pipeline('visits', (app) => {
    const source = app.source('visits', listed([[{ at: 1 }, { at: 2 }]]), { time: ({ at }) => at, complete: outOfOrder(0), maxAhead: 'any' });
    return { all: source.keyBy(() => 'all').count({ name: 'all' }) };
  });

async function heard(run: () => Promise<unknown>): Promise<readonly string[]> {
  const list: string[] = [];
  const { start, end } = tracingChannel('millrace.commit');
  const listen = (what: string) => (message: unknown) => {
    const { pipeline: name, commit } = message as { pipeline: string; commit: number };
    list.push(`${what} ${name} ${commit}`);
  };
  const [starts, ends] = [listen('start'), listen('end')];
  start.subscribe(starts);
  end.subscribe(ends);
  await run();
  start.unsubscribe(starts);
  end.unsubscribe(ends);
  return list;
}

test('whoever listens hears of every commit of a program with a store, when it begins and when it is over', async () => {
  let commit = 0;
  const list = await heard(async () => {
    commit = (await visits().run({ store: join(folder, 'data') })).commit;
  });
  expect(commit).toBeGreaterThan(0);
  expect(list).toEqual(Array.from({ length: commit }, (_, i) => [`start visits ${i + 1}`, `end visits ${i + 1}`]).flat());
});

test('a program without a store has no commits to be heard of', async () => {
  expect(await heard(() => visits().run())).toEqual([]);
});
