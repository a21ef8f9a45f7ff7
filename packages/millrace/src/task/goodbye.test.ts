import { expect, test } from 'vitest';
import { log } from '../connector/log.ts';
import { memoryBackend } from '../port/memory-backend.ts';
import { MemoryDisk } from '../port/memory-disk.ts';
import { pipeline } from '../stream/pipeline.ts';
import type { Program } from '../stream/program.ts';
import type { Table } from '../stream/table.ts';
import { HandClock } from '../testing/fixture-clock.ts';
import { sequences } from '../time/completeness.ts';
import { milliseconds } from '../time/duration.ts';
import type { Message } from '../time/producers/message.ts';
import { tumbling } from '../time/windowing.ts';

/*
 * Everybody has said goodbye. The frontier follows the clock only after the partition was listened to for
 * `silentAfter`: who stops in the evening, with the program, and comes back with it in the morning has
 * proved the night, and not been silent in it.
 */

const SILENT_MS = 30;
const NIGHT_MS = 1e6;

type Counts = { readonly counts: Table<undefined, number> };

class World {
  readonly clock = new HandClock();
  readonly #disk = new MemoryDisk();
  program: Program<Counts> | undefined;

  async start(): Promise<void> {
    this.program = pipeline('counting', (app): Counts => ({
      counts: app.source('events', log<Message<number>>({ keep: 'forever' }), { time: (time) => time, complete: sequences({ roster: ['g'], silentAfter: milliseconds(SILENT_MS) }) })
        .window(tumbling(milliseconds(1000))).count({ name: 'counts', keep: 'forever' }),
    }));
    const started = this.program.start({ clock: this.clock, store: memoryBackend(this.#disk) });
    await this.turns();
    await started;
  }

  async say(...messages: readonly Message<number>[]): Promise<void> {
    const done = this.program?.append('events', messages);
    await this.turns();
    await done;
    const caughtUp = this.program?.caughtUp('events');
    await this.turns();
    await caughtUp;
  }

  async stop(): Promise<void> {
    const done = this.program?.stop();
    await this.turns();
    await done;
  }

  async pass(ms: number): Promise<void> {
    this.clock.move(ms);
    await this.turns();
  }

  async turns(): Promise<void> {
    for (let turn = 0; turn < 20; turn += 1) {
      this.clock.settle();
      await this.clock.yield();
    }
  }

  get frontier(): unknown {
    const { frontier, evidence } = this.program?.status().sources['events']?.[0] ?? {};
    return [frontier, ...(evidence ?? [])];
  }
}

const of = { producer: 'g', epoch: 1 } as const;

async function evening(): Promise<World> {
  const world = new World();
  await world.start();
  await world.say({ kind: 'event', ...of, sequence: 0, value: 900 }, { kind: 'heartbeat', ...of, sequence: 0, promise: 990 }, { kind: 'close', ...of, sequence: 0 });
  await world.stop();
  await world.pass(NIGHT_MS);
  return world;
}

test('who said goodbye before a stop, and is back after the start, leaves nothing assumed', async () => {
  const world = await evening();
  await world.start();
  await world.pass(SILENT_MS - 1);
  expect(world.frontier).toEqual([990, 'proved']);
  const now = world.clock.now();
  await world.say({ kind: 'heartbeat', producer: 'g', epoch: 2, sequence: -1, promise: now, previous: { epoch: 1, sequence: 0 } });
  expect(world.frontier).toEqual([now, 'proved']);
  expect(await world.program?.tables.counts.scan()).toMatchObject([{ value: 1, finality: 'final', evidence: ['proved'] }]);
  await world.stop();
});

test('where nobody comes back while somebody listens, the frontier follows the clock, assumed', async () => {
  const world = await evening();
  await world.start();
  await world.pass(SILENT_MS);
  await world.pass(1000);
  const [frontier, ...evidence] = world.frontier as [number, ...string[]];
  expect(evidence).toEqual(['assumed']);
  expect(frontier).toBeGreaterThanOrEqual(NIGHT_MS);
  await world.stop();
});
