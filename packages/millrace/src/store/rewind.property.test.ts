import fc from 'fast-check';
import { expect, test } from 'vitest';
import type { Backend, Transaction } from '../port/backend.ts';
import { memoryBackend } from '../port/memory-backend.ts';
import { HandClock } from '../testing/fixture-clock.ts';
import { LOG, REWIND, key, keyRange } from './key.ts';
import { type RewindPart, decodeRewindPart, rewindable } from './rewind.ts';

/*
 * What was changed is taken back, transaction by transaction, whatever they did; and what is older than it must be
 * kept for is gone.
 */

type Change = { readonly kind: 'put'; readonly at: number; readonly bytes: number } | { readonly kind: 'delete'; readonly at: number } | { readonly kind: 'range'; readonly from: number; readonly to: number };

const NUMBERS = 12;
const number = fc.integer({ min: 0, max: NUMBERS - 1 });
const change: fc.Arbitrary<Change> = fc.oneof(
  fc.record({ kind: fc.constant('put' as const), at: number, bytes: fc.oneof(fc.nat(40), fc.integer({ min: 0, max: 700_000 })) }),
  fc.record({ kind: fc.constant('delete' as const), at: number }),
  fc.record({ kind: fc.constant('range' as const), from: number, to: number }),
);

function apply(txn: Transaction, one: Change, fill: number): void {
  if (one.kind === 'put') txn.put(key(LOG, 0, one.at), new Uint8Array(one.bytes).fill(fill));
  else if (one.kind === 'delete') txn.delete(key(LOG, 0, one.at));
  else txn.deleteRange(key(LOG, 0, one.from), key(LOG, 0, one.to));
}

/** Everything but what is kept to go back, as text. */
function everything(backend: Backend): string {
  return [...backend.range(...keyRange(LOG, 0))].map(([place, value]) => `${Buffer.from(place).toString('hex')}: ${value.length} of ${value[0]}`).join('\n');
}

const partsOf = (backend: Backend): readonly RewindPart[] => [...backend.range(...keyRange(REWIND, 0))].map(([place, bytes]) => decodeRewindPart(place, bytes));

test('transactions are taken back one by one, the newest first', () => {
  fc.assert(
    fc.property(fc.array(fc.array(change, { maxLength: 6 }), { maxLength: 12, size: 'max' }), fc.array(fc.boolean(), { minLength: 12, maxLength: 12 }), (transactions, reopen) => {
      const clock = new HandClock(1_000);
      const disk = memoryBackend();
      let backend = rewindable(disk, 1e9, clock);
      const before: string[] = [];
      transactions.forEach((changes, n) => {
        if (reopen[n] === true) backend = rewindable(disk, 1e9, clock);
        before.push(everything(backend));
        backend.transact((txn) => {
          // One that changes nothing is none.
          txn.put(key(LOG, 1, n), Uint8Array.of(n));
          changes.forEach((one) => apply(txn, one, n));
        });
      });
      const parts = partsOf(backend);
      for (let n = transactions.length - 1; n >= 0; n -= 1) {
        const formers = parts.filter(({ transaction }) => transaction === n).flatMap((part) => part.formers);
        disk.transact((txn) => {
          for (const [place, value] of formers) {
            if (value === undefined) txn.delete(place);
            else txn.put(place, value);
          }
        });
        expect(everything(disk)).toBe(before[n]);
      }
    }),
  );
});

test('a transaction that fails is not noted, and what is too old goes with later ones', () => {
  const clock = new HandClock(1_000);
  const disk = memoryBackend();
  const backend = rewindable(disk, 100, clock);
  const put = (n: number): void => backend.transact((txn) => txn.put(key(LOG, 0, n), Uint8Array.of(n)));
  const kept = (): readonly number[] => partsOf(disk).map(({ transaction }) => transaction);
  put(0);
  expect(() =>
    backend.transact((txn) => {
      txn.put(key(LOG, 0, 1), Uint8Array.of(1));
      throw new Error('no');
    }),
  ).toThrow('no');
  for (let n = 1; n < 20; n += 1) put(n);
  expect(kept()).toEqual(Array.from({ length: 20 }, (_, n) => n));
  clock.move(101);
  // Not all at once: nobody is to wait for that.
  put(20);
  expect(kept()).toEqual(Array.from({ length: 13 }, (_, n) => n + 8));
  put(21);
  put(22);
  expect(kept()).toEqual([20, 21, 22]);
  expect(everything(disk).split('\n')).toHaveLength(NUMBERS + 11);
  // Without it, what has happened since would not be noted.
  rewindable(disk, undefined, clock);
  expect(kept()).toEqual([]);
});
