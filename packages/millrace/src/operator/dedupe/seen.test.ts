import fc from 'fast-check';
import { expect, test } from 'vitest';
import type { PendingBlock } from '../../state/persisted.ts';
import { RUNS } from '../../testing/fixture-scenario.ts';
import { ADDED, CONFLICTING, REPEATED, Seen } from './seen.ts';

/** What a naive list says. */
class List {
  readonly #all: { id: string; time: number }[] = [];
  readonly #retention: number;

  constructor(retention: number) {
    this.#retention = retention;
  }

  add(id: string, time: number, horizon: number): boolean {
    const repeats = this.#all.some((one) => one.id === id && one.time >= horizon && Math.abs(one.time - time) < this.#retention);
    if (!repeats) this.#all.push({ id, time });
    return !repeats;
  }
}

/** The blocks of a state as a store keeps them. */
class Blocks {
  readonly #payloads = new Map<number, Uint8Array>();
  #commit = 0;

  commit(seen: Seen): void {
    const pending: PendingBlock = seen.prepare();
    // A commit that fails is prepared again, and prepares the same.
    expect(seen.prepare()).toEqual(pending);
    this.#commit += 1;
    for (const dead of pending.dead) expect(this.#payloads.delete(dead)).toBe(true);
    if (pending.payload !== undefined) this.#payloads.set(this.#commit, Buffer.concat([pending.payload].flat()));
    seen.settle(this.#commit, pending);
  }

  reopen(retention: number, digestBytes = 0): Seen {
    const seen = new Seen(retention, digestBytes);
    seen.restore([...this.#payloads].map(([commit, payload]) => ({ commit, payload })));
    return seen;
  }

  get count(): number {
    return this.#payloads.size;
  }
}

const step = fc.record({
  forward: fc.oneof({ weight: 6, arbitrary: fc.nat(3) }, { weight: 1, arbitrary: fc.nat(60) }),
  behind: fc.nat(30),
  bound: fc.nat(10),
  id: fc.nat(6),
  commit: fc.boolean(),
});

test('what has been seen equals a naive list, before and after any restart', () => {
  const property = fc.property(fc.integer({ min: 1, max: 24 }), fc.array(step, { maxLength: 120 }), (retention, steps) => {
    const list = new List(retention);
    const blocks = new Blocks();
    let seen = new Seen(retention);
    let newest = 0;
    let frontier = -1;
    for (const { forward, behind, bound, id, commit } of steps) {
      newest += forward;
      frontier = Math.max(frontier, newest - bound);
      const horizon = frontier - retention;
      const time = Math.max(0, newest - behind, horizon);
      expect(seen.add(`id${id}`, time, horizon)).toBe(list.add(`id${id}`, time, horizon) ? ADDED : REPEATED);
      if (!commit) continue;
      blocks.commit(seen);
      seen = blocks.reopen(retention);
    }
  });
  fc.assert(property, { numRuns: RUNS });
});

test('two records of one id in one stretch of time are told apart: the dead one does not hide the living', () => {
  const seen = new Seen(10);
  // Both fall into [0, 5). The first is older than the horizon when the second comes.
  expect(seen.add('a', 0, -10)).toBe(ADDED);
  expect(seen.add('a', 4, 1)).toBe(ADDED);
  expect(seen.add('a', 6, 1)).toBe(REPEATED);
  expect(seen.add('a', 13, 3)).toBe(REPEATED);
  expect(seen.add('a', 14, 4)).toBe(ADDED);
});

test('a stretch of time stays for as long as its last millisecond can be asked', () => {
  const seen = new Seen(10);
  expect(seen.add('a', 4, -10)).toBe(ADDED);
  // The horizon stands at the last millisecond of [0, 5) when a new stretch begins.
  expect(seen.add('b', 14, 4)).toBe(ADDED);
  expect(seen.add('a', 13, 4)).toBe(REPEATED);
});

test('what is older than the horizon goes, from memory and from the store', () => {
  const seen = new Seen(100);
  const blocks = new Blocks();
  for (let time = 0; time < 10_000; time += 10) {
    seen.add(`id${time}`, time, time - 100);
    blocks.commit(seen);
    expect(seen.size()).toBeLessThanOrEqual(20);
    expect(blocks.count).toBeLessThanOrEqual(20);
  }
});

test('many ids: slots and arena grow, and nothing is forgotten', () => {
  const seen = new Seen(1000);
  const blocks = new Blocks();
  for (let i = 0; i < 20_000; i += 1) expect(seen.add(`a rather long id, number ${i}`, i % 500, -1000)).toBe(ADDED);
  blocks.commit(seen);
  const reopened = blocks.reopen(1000);
  for (let i = 0; i < 20_000; i += 1) expect(reopened.add(`a rather long id, number ${i}`, i % 500, -1000)).toBe(REPEATED);
  expect(reopened.size()).toBe(20_000);
});

test('the longest retention is kept to the millisecond', () => {
  const retention = 2 * (2 ** 32 - 1);
  const seen = new Seen(retention);
  const start = 1_700_000_000_000;
  expect(seen.add('a', start, -1)).toBe(ADDED);
  expect(seen.add('a', start + retention - 1, start - 1)).toBe(REPEATED);
  expect(seen.add('a', start + retention, start)).toBe(ADDED);
});

test('nothing to write is written as nothing', () => {
  const seen = new Seen(10);
  expect(seen.prepare()).toEqual({ payload: undefined, dead: [] });
});

test('the same id with another digest conflicts, before and after a restart, and is not remembered', () => {
  const one = 'a'.repeat(16);
  const other = `${'a'.repeat(15)}\xff`;
  const blocks = new Blocks();
  let seen = new Seen(10, 16);
  for (const restart of [false, true]) {
    if (restart) {
      blocks.commit(seen);
      seen = blocks.reopen(10, 16);
    } else for (const id of ['a', 'x'.repeat(1021), 5]) expect(seen.add(id, 0, -10, one)).toBe(ADDED);
    for (const id of ['a', 'x'.repeat(1021), 5]) {
      expect(seen.add(id, 1, -10, other)).toBe(CONFLICTING);
      expect(seen.add(id, 1, -10, other)).toBe(CONFLICTING);
      expect(seen.add(id, 9, -10, one)).toBe(REPEATED);
    }
  }
  expect(seen.add('a', 10, -10, other)).toBe(ADDED);
  // 5 is less than the retention away from both: what either of them says is no conflict.
  expect(seen.add('a', 5, -10, one)).toBe(REPEATED);
  expect(seen.add('a', 5, -10, other)).toBe(REPEATED);
  expect(seen.add('a', 5, -10, 'b'.repeat(16))).toBe(CONFLICTING);
});

test('an id that is taken back is free, with whatever digest', () => {
  const seen = new Seen(10, 16);
  expect(seen.add('a', 0, -10, 'a'.repeat(16))).toBe(ADDED);
  seen.takeBack();
  expect(seen.add('a', 0, -10, 'b'.repeat(16))).toBe(ADDED);
  expect(seen.size()).toBe(1);
});
