import { isDeepStrictEqual } from 'node:util';
import { log } from '../../src/connector/log.ts';
import { pipeline } from '../../src/stream/pipeline.ts';
import { outOfOrder } from '../../src/time/completeness.ts';
import type { Duration } from '../../src/time/duration.ts';
import type { Subscription } from '../../src/stream/changelogs.ts';
import type { Change } from '../../src/operator/row.ts';
import type { CrashingStore } from './crashing-store.ts';
import type { Scenario } from './scenario.ts';

interface Event {
  readonly id: number;
  readonly key: string;
}

const EVENTS: readonly Event[] = Array.from({ length: 8 }, (_, id) => ({ id, key: id % 2 === 0 ? 'even' : 'odd' }));
/** At a time, so that several share a transaction and a log has several blocks. */
const APPENDED = 2;
const KEPT_MS = 1 as Duration;
/** Longer than a run: who has not acknowledged is waited for. */
const PATIENCE_MS = 3_600_000 as Duration;

/**
 * A program with a log of its own, to which a client appends; whatever was not acknowledged it appends again, and what
 * came twice is counted once. A subscriber takes the changes, and acknowledges them.
 */
export const logScenario: Scenario = {
  name: 'a log, a changelog and its subscriber',
  run: async (store) => {
    const client = new Client();
    for (;;) {
      const program = counting();
      const { deaths } = store;
      try {
        return await client.live(program, store);
      } catch (error) {
        // Whatever a dying process says.
        if (store.deaths === deaths) throw error;
        await program.stop().catch(() => {});
      }
    }
  },
};

function counting() {
  return pipeline('counting', (app) => {
    const events = app.source('events', log<Event>(), { time: ({ id }) => id, complete: outOfOrder(0) });
    const counts = events.dedupe({ id: ({ id }) => id, for: 1000 as Duration, name: 'once' }).keyBy(({ key }) => key).count({ name: 'counts' });
    counts.to(app.changelog('changes', { keep: KEPT_MS, keepUnacknowledged: PATIENCE_MS }));
    return { counts };
  });
}

type Counting = ReturnType<typeof counting>;

class Client {
  #acknowledged = 0;
  /** The changes that the subscriber has seen, by position. */
  readonly #seen: unknown[] = [];

  /** One life of the program; what it came to when all is appended and counted. */
  async live(program: Counting, store: CrashingStore): Promise<unknown> {
    await program.start({ store: store.open(), commit: { everyMs: 0, everyEvents: 1 } });
    const subscription = await program.changelog<Change<string, number>>('changes').subscribe('crm');
    while (this.#acknowledged < EVENTS.length) {
      await program.append('events', EVENTS.slice(this.#acknowledged, this.#acknowledged + APPENDED));
      this.#acknowledged += APPENDED;
      await program.caughtUp('events');
      await program.committed();
      await this.#take(subscription);
    }
    await program.caughtUp('events');
    await program.committed();
    await this.#take(subscription);
    const rows = (await program.tables.counts.scan()).map(({ key, value }) => [key, value]);
    await program.stop();
    return { rows, changes: this.#seen };
  }

  async #take(subscription: Subscription<Change<string, number>>): Promise<void> {
    for (const { position, change } of await subscription.read()) {
      const { key, before, after, revision } = change;
      const seen = { key, before, after, revision };
      if (position < this.#seen.length && !isDeepStrictEqual(this.#seen[position], seen)) throw new Error(`change ${position} came again as another`);
      if (position > this.#seen.length) throw new Error(`change ${position} came before ${this.#seen.length}`);
      this.#seen[position] = seen;
    }
    if (this.#seen.length > 0) await subscription.acknowledge(this.#seen.length - 1);
  }
}
