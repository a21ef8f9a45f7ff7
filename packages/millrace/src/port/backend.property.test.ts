import fc from 'fast-check';
import { expect, test } from 'vitest';
import { PLACES } from './fixture-places.ts';
import type { Backend, Transaction } from './backend.ts';

type Change =
  | { readonly kind: 'put'; readonly key: Uint8Array; readonly value: Uint8Array }
  | { readonly kind: 'delete'; readonly key: Uint8Array }
  | { readonly kind: 'deleteRange'; readonly from: Uint8Array; readonly to: Uint8Array };

/** Few bytes, so that keys meet; short and long, so that prefixes do. */
const someKey = fc
  .array(fc.constantFrom(0, 1, 127, 128, 255), { minLength: 1, maxLength: 4 })
  .map((numbers) => Uint8Array.from(numbers));
const changes: fc.Arbitrary<Change> = fc.oneof(
  { weight: 4, arbitrary: fc.record({ kind: fc.constant('put' as const), key: someKey, value: fc.uint8Array({ maxLength: 20 }) }) },
  { weight: 2, arbitrary: fc.record({ kind: fc.constant('delete' as const), key: someKey }) },
  { weight: 1, arbitrary: fc.record({ kind: fc.constant('deleteRange' as const), from: someKey, to: someKey }) },
);
const steps = fc.record({
  reopen: fc.boolean(),
  fails: fc.boolean(),
  changes: fc.array(changes, { maxLength: 12, size: 'max' }),
  look: fc.record({ from: someKey, to: someKey, reverse: fc.boolean(), limit: fc.nat({ max: 20 }) }),
});

type Model = ReadonlyMap<string, Uint8Array>;

/** Does a step's transaction, and gives the model as it should then be: unchanged if it failed. */
function transacted(backend: Backend, model: Model, step: { fails: boolean; changes: Change[] }): Model {
  const next = new Map(model);
  const work = (txn: Transaction): void => {
    for (const change of step.changes) apply(change, txn, next);
    if (step.fails) throw new Error('rolled back');
  };
  if (!step.fails) {
    backend.transact(work);
    return next;
  }
  expect(() => backend.transact(work)).toThrow('rolled back');
  return model;
}

/** Makes a change both in the transaction and in the model, whose keys are hexadecimal. */
function apply(change: Change, txn: Transaction, model: Map<string, Uint8Array>): void {
  if (change.kind === 'put') {
    txn.put(change.key, change.value);
    model.set(hex(change.key), change.value);
  } else if (change.kind === 'delete') {
    txn.delete(change.key);
    model.delete(hex(change.key));
  } else {
    const gone = [...model.keys()].filter((key) => hex(change.from) <= key && key < hex(change.to));
    expect(txn.deleteRange(change.from, change.to)).toBe(gone.length);
    for (const key of gone) model.delete(key);
  }
}

function expected(model: Model, from: Uint8Array, to: Uint8Array, reverse: boolean, limit: number): unknown {
  const keys = [...model.keys()].filter((key) => hex(from) <= key && key < hex(to)).sort();
  if (reverse) keys.reverse();
  return keys.slice(0, limit).map((key) => [Uint8Array.from(Buffer.from(key, 'hex')), model.get(key)]);
}

function hex(key: Uint8Array): string {
  return Buffer.from(key).toString('hex');
}

test.each(PLACES)('whatever is done to a %s backend, it holds what a sorted list would hold', (_kind, newPlace) => {
  fc.assert(
    fc.property(fc.array(steps, { maxLength: 30, size: 'max' }), (history) => {
      const place = newPlace();
      let backend = place.open();
      let model: Model = new Map();
      try {
        for (const step of history) {
          if (step.reopen) {
            backend.close();
            backend = place.open();
          }
          model = transacted(backend, model, step);
          const { from, to, reverse, limit } = step.look;
          expect([...backend.range(from, to, { reverse, limit })]).toEqual(expected(model, from, to, reverse, limit));
        }
      } finally {
        backend.close();
        place.remove();
      }
    }),
    { numRuns: 60 },
  );
});
