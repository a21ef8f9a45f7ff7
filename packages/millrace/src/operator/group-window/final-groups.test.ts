import { expect, test } from 'vitest';
import type { PendingBlock } from '../../state/persisted.ts';
import { FinalGroups } from './final-groups.ts';
import type { FinalGroup } from './final-group-bytes.ts';
import type { Member } from './regroup.ts';

const marker = (time: number, more: Partial<Member<undefined>> = {}): Member<undefined> => ({ value: undefined, time, source: 'line', partition: 0, offset: time, opens: true, closes: false, ...more });
const closed = (from: number, to: number): FinalGroup => ({ markers: [marker(from), marker(to, { opens: false, closes: true, source: 'other', partition: 7, twin: 2 })], isClosed: true, reach: from - 10 });
const timedOut = (from: number): FinalGroup => ({ markers: [marker(from)], isClosed: false, reach: Number.NEGATIVE_INFINITY });

test('what is remembered of a group is what it was, of each key its own', () => {
  const groups = new FinalGroups('groups', 100);
  expect(groups.add(['acme', 1], 6, closed(1, 5))).toBe(true);
  expect(groups.add(['acme', 1], 21, timedOut(10))).toBe(true);
  expect(groups.add(['acme', 2n ** 80n], 21, timedOut(10))).toBe(true);
  expect(groups.find(['acme', 1])).toEqual([closed(1, 5), timedOut(10)]);
  expect(groups.find(['acme', 2n ** 80n])).toEqual([timedOut(10)]);
  expect(groups.find(['acme', '1'])).toEqual([]);
  expect(groups.size()).toBe(3);
});

test('what has no room here is not taken: the group stays a row', () => {
  const groups = new FinalGroups('groups', 100);
  expect(groups.add([true], 6, closed(1, 5))).toBe(false);
  expect(groups.add([null], 6, closed(1, 5))).toBe(false);
  expect(groups.add(['x'.repeat(2000)], 6, closed(1, 5))).toBe(false);
  expect(groups.add(['a'], 6, { ...timedOut(1), markers: [marker(1, { timer: 9 })] })).toBe(false);
  expect(groups.size()).toBe(0);
});

test('groups go by stretches of time, no sooner than they are needed, and their blocks with them', () => {
  const groups = new FinalGroups('groups', 100);
  const dead: number[] = [];
  for (let end = 0; end < 400; end += 1) {
    groups.forget(end);
    groups.add(['a', end], end, timedOut(end));
    for (let old = Math.max(0, end - 100); old <= end; old += 25) expect(groups.find(['a', old])).toHaveLength(1);
    const pending = groups.prepare();
    groups.settle(end + 1, pending);
    dead.push(...pending.dead);
  }
  expect(groups.size()).toBeLessThanOrEqual(126);
  expect(groups.size()).toBeGreaterThan(100);
  expect(dead).toEqual(Array.from({ length: dead.length }, (_, i) => i + 1));
  expect(dead.length).toBeGreaterThan(200);
  groups.forget(Number.POSITIVE_INFINITY);
  expect(groups.size()).toBe(0);
});

test('they come back from their blocks; a commit that fails is prepared again', () => {
  const groups = new FinalGroups('groups', 100);
  const blocks: { commit: number; payload: Uint8Array }[] = [];
  for (let i = 0; i < 2000; i += 1) {
    groups.add(['key', i % 500], i % 97, i % 2 === 0 ? closed(i, i + 3) : timedOut(i));
    if (i % 90 !== 0) continue;
    const pending: PendingBlock = groups.prepare();
    expect(groups.prepare()).toEqual(pending);
    blocks.push({ commit: i, payload: Buffer.concat([pending.payload ?? []].flat()) });
    groups.settle(i, pending);
  }
  const memo = JSON.parse(JSON.stringify(groups.memo())) as unknown;
  const last = groups.prepare();
  blocks.push({ commit: 2000, payload: Buffer.concat([last.payload ?? []].flat()) });
  const again = new FinalGroups('groups', 100);
  again.restore(blocks);
  again.restored(memo);
  expect(again.size()).toBe(2000);
  for (let i = 0; i < 500; i += 1) expect(again.find(['key', i])).toEqual(groups.find(['key', i]));
  expect(again.prepare()).toEqual({ payload: undefined, dead: [] });
});
