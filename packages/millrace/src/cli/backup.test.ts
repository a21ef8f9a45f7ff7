import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { text } from 'node:stream/consumers';
import fc from 'fast-check';
import { expect, test } from 'vitest';
import { log, outOfOrder, pipeline } from '../index.ts';
import { inspected } from '../upkeep/inspect.ts';
import { survey } from '../upkeep/survey.ts';

/* Backups by the real command, in another process, at any moments of a program that goes on. */

const main = join(import.meta.dirname, 'main.ts');
const RUNS = 6;

interface Row {
  readonly at: number;
  readonly key: string;
  readonly note: string;
}

const rowAt = (n: number): Row => ({ at: n, key: `key-${n % 5}`, note: 'x'.repeat(n % 90 === 0 ? 5000 : n % 50) });

const program = () =>
  pipeline('backed-up', (app) => {
    const rows = app.source('rows', log<Row>({ keep: 'forever' }), { time: (row) => row.at, complete: outOfOrder(0), maxAhead: 'any' });
    return { counts: rows.dedupe({ name: 'seen', id: (row) => row.at, for: 1e9 }).keyBy((row) => row.key).count({ name: 'counts' }) };
  });

/** What the table says of the first rows. */
function counted(rows: number): ReadonlyMap<string, number> {
  const counts = new Map<string, number>();
  for (let n = 0; n < rows; n += 1) counts.set(rowAt(n).key, (counts.get(rowAt(n).key) ?? 0) + 1);
  return counts;
}

/** Appends until it is told to stop. */
class Writer {
  readonly #program: ReturnType<typeof program>;
  readonly #batch: number;
  /** How many rows are durable, and how many may be. */
  acknowledged = 0;
  appended = 0;
  #stopped = false;
  /** Told of every row that is durable. */
  #waiting: (() => void) | undefined;

  constructor(running: ReturnType<typeof program>, batch: number) {
    this.#program = running;
    this.#batch = batch;
  }

  async run(): Promise<void> {
    while (!this.#stopped) {
      const first = this.appended;
      this.appended += this.#batch;
      await this.#program.append('rows', Array.from({ length: this.#batch }, (_, i) => rowAt(first + i)));
      this.acknowledged = this.appended;
      this.#waiting?.();
    }
  }

  stop(): void {
    this.#stopped = true;
  }

  /** Resolves when so many rows more are durable. */
  async after(rows: number): Promise<void> {
    for (const end = this.acknowledged + rows; this.acknowledged < end; ) {
      await new Promise<void>((resolve) => {
        this.#waiting = resolve;
      });
    }
  }
}

/** What a backup has is what one commit had: each result of the rows that it says were taken, and all that was appended. */
async function checkBackup(path: string, least: number, most: number): Promise<void> {
  const found = survey(path);
  expect(found.findings).toEqual([]);
  const taken = inspected(path, found).sources[0]?.partitions[0]?.records ?? 0;
  const restored = program();
  // No commit comes before the table is asked: it says what the backup has.
  await restored.start({ store: path, commit: { everyMs: 60_000 } });
  const rows = await restored.tables.counts.scan();
  expect(new Map(rows.map(({ key, value }) => [key, value]))).toEqual(counted(taken));
  const durable = [...restored.read('rows')].length;
  expect([durable >= least, durable <= most, taken <= durable]).toEqual([true, true, true]);
  await restored.caughtUp('rows');
  expect(new Map((await restored.tables.counts.scan()).map(({ key, value }) => [key, value]))).toEqual(counted(durable));
  await restored.stop();
}

test('a backup taken at any moment is one commit, and everything acknowledged before it began is in it', async () => {
  const moments = fc.array(fc.nat(300), { minLength: 2, maxLength: 3 });
  const property = fc.asyncProperty(moments, fc.integer({ min: 1, max: 30 }), fc.integer({ min: 1, max: 40 }), async (waits, batch, everyMs) => {
    const folder = mkdtempSync(join(tmpdir(), 'millrace-backup-'));
    const running = program();
    await running.start({ store: join(folder, 'store'), commit: { everyMs } });
    const writer = new Writer(running, batch);
    const writing = writer.run();
    try {
      for (const [i, wait] of waits.entries()) {
        await writer.after(wait);
        const least = writer.acknowledged;
        const child = spawn(process.execPath, ['--conditions=millrace-source', '--disable-warning=ExperimentalWarning', main, 'backup', join(folder, 'store'), join(folder, `backup-${i}`)], { stdio: ['ignore', 'ignore', 'pipe'] });
        const [said, [code]] = await Promise.all([text(child.stderr), once(child, 'exit')]);
        expect([code, said]).toEqual([0, '']);
        await checkBackup(join(folder, `backup-${i}`), least, writer.appended);
      }
    } finally {
      writer.stop();
      await writing;
      await running.stop();
      rmSync(folder, { recursive: true });
    }
  });
  await fc.assert(property, { numRuns: RUNS });
}, 120_000);
