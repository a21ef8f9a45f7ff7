import { writeSync } from 'node:fs';
import { lmdbBackend } from '../../src/port/lmdb-backend.ts';
import { Chance } from '../../src/testing/simulate/chance.ts';
import { contentOf } from './content.ts';

/*
 * node writer.ts STORE SEED COMMITS: a process that writes a store, while somebody notes what it asks the kernel. It
 * says what the store has before each commit, as it would have it, and after it.
 */

/** Keys are few, so that they are written again; values of some pages have pages of their own. */
const KEYS = 200;
const CHANGES_MAX = 40;
const SMALL_MAX = 300;
const LARGE_MAX = 20_000;
const LARGE_ONE_IN = 12;
const DELETED_ONE_IN = 5;
const RANGE_ONE_IN = 10;
const END = 0xff;

const [path = '', seed = '', commits = ''] = process.argv.slice(2);
const chance = new Chance(Number(seed));
const store = lmdbBackend(path);
const known = new Map<number, Uint8Array>();
const keyOf = (n: number): Uint8Array => Uint8Array.of(1, n);
const say = (what: string): void => void writeSync(1, `${what} ${contentOf([...known].toSorted(([a], [b]) => a - b).map(([n, value]) => [keyOf(n), value]))}\n`);

say('committed');
for (let commit = 0; commit < Number(commits); commit += 1) {
  store.transact((txn) => {
    if (chance.oneIn(RANGE_ONE_IN)) {
      const from = chance.below(KEYS);
      txn.deleteRange(keyOf(from), Uint8Array.of(1, END));
      for (const n of known.keys()) if (n >= from) known.delete(n);
    }
    for (let change = chance.between(1, CHANGES_MAX); change > 0; change -= 1) {
      const n = chance.below(KEYS);
      if (chance.oneIn(DELETED_ONE_IN)) {
        txn.delete(keyOf(n));
        known.delete(n);
        continue;
      }
      const value = new Uint8Array(chance.below(chance.oneIn(LARGE_ONE_IN) ? LARGE_MAX : SMALL_MAX)).map(() => chance.below(256));
      txn.put(keyOf(n), value);
      known.set(n, value);
    }
    say('wanted');
  });
  say('committed');
}
store.close();
