import { afterEach, expect, onTestFinished, test } from 'vitest';
import { httpIngest } from '../connector/http-ingest.ts';
import { errors } from '../error.ts';
import type { Backend } from '../port/backend.ts';
import { type Clock, systemClock } from '../port/clock.ts';
import { memoryBackend } from '../port/memory-backend.ts';
import { MemoryDisk } from '../port/memory-disk.ts';
import { META, parseKey } from '../store/key.ts';
import { pipeline } from '../stream/pipeline.ts';
import { HandClock } from '../testing/fixture-clock.ts';
import { probed } from '../testing/fixture-list.ts';
import { SinkProbe } from '../testing/sink-probe.ts';
import { outOfOrder } from '../time/completeness.ts';
import { tumbling } from '../time/windowing.ts';
import { Fullness } from './fullness.ts';
import { Room } from './room.ts';
import { Sleep } from './sleep.ts';
import type { Task } from './task.ts';

interface Use {
  readonly at: number;
  readonly tokens: number;
}

/** A hundred times as fast as time. */
const FASTER = 100;
const clock: Clock = { ...systemClock, monotonic: () => systemClock.monotonic() * FASTER, after: (ms, task) => systemClock.after(ms / FASTER, task) };

/** A store on a disk that is full when it is told to be, perhaps for commits alone; then the last write of a transaction fails. */
class Disk {
  isFull: boolean | 'for commits' = false;
  refusals = 0;
  readonly disk: MemoryDisk = new MemoryDisk();

  open(): Backend {
    const inner = memoryBackend(this.disk);
    return {
      ...inner,
      get: (key) => inner.get(key),
      range: (from, to, options) => inner.range(from, to, options),
      close: () => inner.close(),
      transact: (work) =>
        inner.transact((txn) => {
          let isCommit = false;
          const put = (key: Uint8Array, value: Uint8Array): void => {
            isCommit ||= parseKey(key).kind === META;
            txn.put(key, value);
          };
          const result = work({ get: (key) => txn.get(key), range: (from, to) => txn.range(from, to), put, delete: (key) => txn.delete(key), deleteRange: (from, to) => txn.deleteRange(from, to) });
          if (this.isFull === false || (this.isFull === 'for commits' && !isCommit)) return result;
          this.refusals += 1;
          throw errors.STORE_FULL({ path: 'a disk', reason: 'no room' });
        }),
    };
  }
}

/** What those who run the process are told meanwhile, a line each. */
function told(): readonly string[] {
  const lines: string[] = [];
  const hear = (warning: Error & { readonly code?: string }): void => void (warning.code === 'STORE_FULL' && lines.push(warning.message));
  process.on('warning', hear);
  onTestFinished(() => void process.off('warning', hear));
  return lines;
}

const closing: (() => Promise<unknown>)[] = [];
afterEach(async () => {
  for (const close of closing.splice(0).reverse()) await close();
});

async function until(what: () => boolean): Promise<void> {
  for (let left = 2_000; !what(); left -= 1) {
    if (left === 0) throw new Error(`waited in vain for ${what.toString()}`);
    await new Promise((resolve) => void setTimeout(resolve, 1));
  }
}

async function started(disk: Disk) {
  const out = new SinkProbe();
  const ingest = httpIngest<Use>({ port: 0, keep: 'forever' });
  const program = pipeline('usage', (app) => {
    const counts = app
      .source('uses', ingest, { time: ({ at }) => at, complete: outOfOrder(0), maxAhead: 'any' })
      .window(tumbling(10))
      .sum(({ tokens }) => tokens, { name: 'sums', keep: 'forever' });
    counts.final().map(({ value }) => value).to(app.sink('out', probed(out)));
    return { sums: counts };
  });
  await program.start({ store: disk.open(), clock, commit: { everyMs: 1 } });
  closing.push(() => program.stop().catch(() => {}));
  const server = await program.serve({ port: 0 });
  closing.push(() => server.close());
  const said = async (answer: Response): Promise<{ status: number; retry: string | null; body: unknown }> => ({ status: answer.status, retry: answer.headers.get('retry-after'), body: await answer.json() });
  const ask = async (path: string): ReturnType<typeof said> => said(await fetch(`${server.address.url}${path}`));
  const send = (uses: readonly Use[]): Promise<Response> => fetch(ingest.address().url, { method: 'POST', headers: { 'content-type': 'application/json' }, body: JSON.stringify(uses) });
  const post = async (uses: readonly Use[]): Promise<number> => (await send(uses)).status;
  const refusal = async (uses: readonly Use[]): ReturnType<typeof said> => said(await send(uses));
  return { program, ask, post, refusal, out };
}

test('while its disk is full a program takes nothing and says so, tells what it knew, and goes on by itself when there is room', async () => {
  const disk = new Disk();
  const lines = told();
  const { program, ask, post, out } = await started(disk);
  expect(await post([{ at: 1, tokens: 3 }, { at: 12, tokens: 4 }])).toBe(200);
  await program.caughtUp('uses');
  await until(() => program.status().commit > 2 && out.rows().length === 1);
  expect(await ask('/health')).toMatchObject({ status: 200, body: { status: 'ok' } });

  // Durable as input, and perhaps not counted in a commit.
  expect(await post([{ at: 13, tokens: 5 }, { at: 25, tokens: 6 }])).toBe(200);
  disk.isFull = true;
  expect(await post([{ at: 26, tokens: 100 }])).toBe(503);
  const committed = program.committed();
  await until(() => program.status().full !== undefined);
  expect(program.status().full).toEqual({ since: expect.any(Number), reason: 'the store in a disk is full: no room' });
  expect(await ask('/health')).toMatchObject({ status: 503, retry: '5', body: { error: { code: 'STORE_FULL', got: 'the store in a disk is full: no room' } } });
  expect(await ask('/tables/sums/row?at=1')).toMatchObject({ status: 200, body: { row: { value: 3 } } });
  const { refusals } = disk;
  const { commit } = program.status();
  await until(() => disk.refusals > refusals + 2);
  expect(program.status().commit).toBe(commit);

  disk.isFull = false;
  await committed;
  expect(program.status()).toMatchObject({ commit: commit + 1 });
  expect(program.status()).not.toHaveProperty('full');
  expect(await ask('/health')).toMatchObject({ status: 200 });
  expect(await post([{ at: 26, tokens: 7 }])).toBe(200);
  await program.end('uses');
  await program.done;
  expect(out.rows()).toEqual([3, 9, 13]);
  await until(() => lines.length === 2);
  expect(lines).toEqual([
    "'usage': the store in a disk is full: no room: nothing is taken until there is room. Free space there, or allow more; nothing of what was refused is stored, so it can be tried again. A program that runs does that by itself.",
    expect.stringMatching(/^'usage': there is room again: it goes on, after \d+ s in which the store in a disk is full: no room$/),
  ]);
});

test('it is tried again after 1 s, 2 s and so on up to 30 s', async () => {
  const time = new HandClock(0);
  const task = { logs: { fullness: new Fullness(time) }, uncommitted: 0 } as unknown as Task;
  const at: number[] = [];
  const commit = (): void => {
    at.push(time.now());
    if (at.length < 9) throw errors.STORE_FULL({ path: 'a disk', reason: 'no room' });
  };
  let isThrough = false;
  void new Room(time, new Sleep(time), task).commit(commit, { isStopping: () => false, failure: () => undefined })?.then(() => (isThrough = true));
  while (!isThrough) {
    await time.yield();
    time.move(500);
  }
  expect(at.map((one) => one / 1_000)).toEqual([0, 1, 3, 7, 15, 31, 61, 91, 121]);
});

test('who stops does not wait for the next attempt', async () => {
  const time = new HandClock(0);
  const task = { logs: { fullness: new Fullness(time) }, uncommitted: 0 } as unknown as Task;
  const sleep = new Sleep(time);
  let [isStopping, attempts] = [false, 0];
  const commit = (): void => {
    attempts += 1;
    throw errors.STORE_FULL({ path: 'a disk', reason: 'no room' });
  };
  const waiting = new Room(time, sleep, task).commit(commit, { isStopping: () => isStopping, failure: () => undefined });
  await time.yield();
  isStopping = true;
  sleep.wakeUp();
  // The clock stands still.
  await expect(waiting).rejects.toMatchObject({ code: 'STORE_FULL' });
  expect(attempts).toBe(2);
});

test('it finds out by an append alone, when nothing is to be committed', async () => {
  const disk = new Disk();
  const { program, ask, post } = await started(disk);
  await program.committed();
  disk.isFull = true;
  expect(await post([{ at: 1, tokens: 3 }])).toBe(503);
  await until(() => program.status().full !== undefined);
  expect(await ask('/health')).toMatchObject({ status: 503 });
  disk.isFull = false;
  await until(() => program.status().full === undefined);
  expect(await post([{ at: 1, tokens: 3 }])).toBe(200);
});

test('while it waits for room nobody else gets what there is: what would fit is refused too, with when to come again', async () => {
  const disk = new Disk();
  const { program, post, refusal } = await started(disk);
  expect(await post([{ at: 1, tokens: 3 }])).toBe(200);
  disk.isFull = 'for commits';
  const committed = program.committed();
  await until(() => program.status().full !== undefined);
  expect(await refusal([{ at: 2, tokens: 4 }])).toMatchObject({ status: 503, retry: '5', body: { error: { code: 'STORE_FULL' } } });
  await expect(program.append('uses', [{ at: 2, tokens: 4 }])).rejects.toMatchObject({ code: 'STORE_FULL' });
  expect([...program.read('uses')]).toHaveLength(1);

  disk.isFull = false;
  await committed;
  expect(await post([{ at: 2, tokens: 4 }])).toBe(200);
  await program.end('uses');
  await program.done;
});

test('who stops a program while its disk is full is told so, and the next start has everything that was acknowledged', async () => {
  const disk = new Disk();
  const first = await started(disk);
  expect(await first.post([{ at: 1, tokens: 3 }, { at: 12, tokens: 4 }])).toBe(200);
  disk.isFull = true;
  const refusal = first.program.committed().then(
    () => undefined,
    (error: unknown) => error,
  );
  await until(() => first.program.status().full !== undefined);
  await expect(first.program.stop()).rejects.toMatchObject({ code: 'STORE_FULL' });
  expect(await refusal).toMatchObject({ code: 'NOT_RUNNING' });

  disk.isFull = false;
  const { program, out } = await started(disk);
  await program.caughtUp('uses');
  await program.end('uses');
  await program.done;
  // What was taken while the disk was full may come again, with its number.
  expect([...new Set([...first.out.rows(), ...out.rows()])]).toEqual([3, 4]);
});
