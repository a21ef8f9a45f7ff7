import type { Reader, SourceSpec } from '../../task/source.ts';
import type { Fortune } from './fortune.ts';
import type { Chance } from './chance.ts';
import type { Life } from './life.ts';
import type { TakenRecord } from './record.ts';
import type { Timeline } from './timeline.ts';

/** For how long a source may have nothing to give, in ms. */
const SLOW_MS_MAX = 30_000;

/** An event in a partition of a simulated source. */
export interface Arriving {
  readonly row: unknown;
  /** From when on it can be read. */
  readonly at: number;
}

/** A process that reads, as far as its sources have to know it. */
export interface Reading {
  readonly life: Life;
  /** How many decisions are in its input. */
  decisions(): number;
}

/**
 * A log outside the program, which gives the same rows in the same order to whoever reads from the same place,
 * in batches of any size, and now and then nothing for some time.
 */
export class SimulatedSource {
  readonly name: string;
  readonly partitions: readonly (readonly Arriving[])[];
  readonly #timeline: Timeline;
  readonly #fortune: Fortune;
  readonly #chance: Chance;
  readonly #record: TakenRecord;

  constructor(name: string, partitions: readonly (readonly Arriving[])[], world: { readonly timeline: Timeline; readonly fortune: Fortune; readonly chance: Chance; readonly record: TakenRecord }) {
    this.name = name;
    this.partitions = partitions;
    this.#timeline = world.timeline;
    this.#fortune = world.fortune;
    this.#chance = world.chance;
    this.#record = world.record;
  }

  spec(reading: Reading): SourceSpec<unknown> {
    return {
      text: 'simulated',
      partitions: this.partitions.length,
      again: async () => this.partitions.map((entries) => this.#again(entries)),
      open: async (_context, cursors) => {
        this.#record.opened(this.name, cursors);
        return this.partitions.map((_, partition) => this.#reader(reading, partition, Number(cursors[partition] ?? 0)));
      },
    };
  }

  #reader(reading: Reading, partition: number, start: number): Reader<unknown> {
    const entries = this.partitions[partition] as readonly Arriving[];
    const { life } = reading;
    const where = { source: this.name, partition };
    let next = start;
    let silentUntil = 0;
    return {
      read: (max) => {
        const { now } = this.#timeline;
        if (!life.isAlive || now < silentUntil) return undefined;
        if (this.#fortune.strikes('slow source')) {
          silentUntil = now + this.#fortune.amount('slow source', 1, SLOW_MS_MAX);
          return undefined;
        }
        const arrival = life.clock.now();
        if (next === entries.length) {
          this.#record.add({ ...where, from: next, to: next, arrival, decisions: reading.decisions() });
          return 'ended';
        }
        const most = next + this.#chance.between(1, max);
        let to = next;
        while (to < entries.length && to < most && (entries[to] as Arriving).at <= now) to += 1;
        if (to === next) return undefined;
        const rows = entries.slice(next, to).map(({ row }) => row);
        this.#record.add({ ...where, from: next, to, arrival, decisions: reading.decisions() });
        next = to;
        return { rows, arrival, cursor: to };
      },
      ready: async () => {
        const { now } = this.#timeline;
        await life.wait(Math.max(0, silentUntil - now, (entries[next]?.at ?? now) - now));
        if (this.#fortune.strikes('source failed')) throw new Error('a simulated source failed');
      },
      close: () => Promise.resolve(),
    };
  }

  /** All of it, from the first row on, for a recount. */
  #again(entries: readonly Arriving[]): Reader<unknown> {
    let next = 0;
    return {
      read: (max) => {
        if (next === entries.length) return 'ended';
        const rows = entries.slice(next, next + max).map(({ row }) => row);
        next += rows.length;
        return { rows, arrival: 0, cursor: next };
      },
      ready: () => Promise.resolve(),
      close: () => Promise.resolve(),
    };
  }
}
