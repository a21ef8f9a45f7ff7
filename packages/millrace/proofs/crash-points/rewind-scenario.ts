import type { Backend } from '../../src/port/backend.ts';
import { LOG, REWIND, key, keyRange } from '../../src/store/key.ts';
import { decodeRewindPart, rewindable } from '../../src/store/rewind.ts';
import { HandClock } from '../../src/testing/fixture-clock.ts';
import type { Scenario } from './scenario.ts';
import { surviving } from './survival.ts';

const TRANSACTIONS = 12;
const EVERY_MS = 100;
/** So that the first ones go. */
const KEPT_MS = 4 * EVERY_MS;
/** How many transactions have been made. */
const COUNT = key(LOG, 1, 0);

/** Transactions that put, overwrite and delete, and are noted so that they can be taken back; in the end that is given up. */
export const rewindScenario: Scenario = {
  name: 'a store that can be taken back',
  run: (store) => {
    surviving(() => {
      const inner = store.open();
      for (let n = inner.get(COUNT)?.[0] ?? 0; n < TRANSACTIONS; n += 1) {
        const backend = rewindable(inner, KEPT_MS, new HandClock(n * EVERY_MS));
        backend.transact((txn) => {
          // What it did before is there, as for whoever asks within a transaction.
          const [oldest] = txn.range(...keyRange(LOG, 0));
          txn.put(COUNT, Uint8Array.of((txn.get(COUNT)?.[0] ?? 0) + 1, oldest?.[1][0] ?? 0));
          txn.put(key(LOG, 0, n % 5), Uint8Array.of(n));
          txn.delete(key(LOG, 0, (n + 2) % 5));
          if (n % 4 === 3) txn.deleteRange(...keyRange(LOG, 0));
        });
      }
    });
    const noted = surviving(() => {
      const backend = store.open();
      return [...backend.range(...keyRange(REWIND, 0))].map(([place, bytes]) => shown(decodeRewindPart(place, bytes)));
    });
    const left = surviving(() => everything(rewindable(store.open(), undefined, new HandClock())));
    return { noted, left };
  },
};

const shown = ({ transaction, at, formers }: ReturnType<typeof decodeRewindPart>): unknown => ({ transaction, at, formers: formers.map(([place, value]) => [[...place], value === undefined ? undefined : [...value]]) });

const everything = (backend: Backend): unknown => [LOG, REWIND].map((kind) => [0, 1].flatMap((id) => [...backend.range(...keyRange(kind, id))].map(([place, value]) => [[...place], [...value]])));
