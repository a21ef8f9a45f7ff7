import { expect, test } from 'vitest';
import type { Work } from '../domain/fleet-fact.ts';
import { keyId, tenantId, userId } from '../domain/names.ts';
import { BEATS_APART_MS_MAX, splitGpuTime, type Span } from './gpu-time.ts';

const work = (user: string, units: number, calls = 1): Work => ({ tenant: tenantId('ada'), user: userId(user), key: keyId('k'), units, calls });
const span = (some: Partial<Span>): Span => ({ state: 'ready', gpus: 2, spanMs: 5_000, busyMs: 0, work: [], ...some });
const shares = (some: Partial<Span>): Record<string, number> => Object.fromEntries(splitGpuTime(span(some)).active.map(({ user, gpuMs }) => [user, gpuMs]));
const nothing = { setupMs: 0, idleMs: 0, unknownMs: 0, active: [] };

test('before a replica is ready all of its time is set-up, however long that takes', () => {
  expect(splitGpuTime(span({ state: 'starting', spanMs: 1_200_000, busyMs: 10 }))).toEqual({ ...nothing, setupMs: 2_400_000 });
});

test('a replica without a call is idle', () => {
  expect(splitGpuTime(span({}))).toEqual({ ...nothing, idleMs: 10_000 });
});

test('where beats stayed away too long, nobody is charged for anything', () => {
  const some = { busyMs: 4_000, work: [work('a', 7)] };
  expect(splitGpuTime(span({ ...some, spanMs: BEATS_APART_MS_MAX })).unknownMs).toBe(0);
  expect(splitGpuTime(span({ ...some, spanMs: BEATS_APART_MS_MAX + 1 }))).toEqual({ ...nothing, unknownMs: 2 * (BEATS_APART_MS_MAX + 1) });
});

test('active time is shared by what was made', () => {
  expect(splitGpuTime(span({ busyMs: 3_000, work: [work('a', 1), work('b', 3), work('c', 0)] }))).toMatchObject({ idleMs: 4_000, unknownMs: 0 });
  expect(shares({ busyMs: 3_000, work: [work('a', 1), work('b', 3), work('c', 0)] })).toEqual({ a: 1_500, b: 4_500 });
});

test('what rounding leaves goes to the largest remainders, and of equal ones to the first', () => {
  expect(shares({ gpus: 1, busyMs: 100, work: [work('a', 1), work('b', 1), work('c', 1)] })).toEqual({ a: 34, b: 33, c: 33 });
  expect(shares({ gpus: 1, busyMs: 10, work: [work('a', 1), work('b', 5), work('c', 1)] })).toEqual({ a: 2, b: 7, c: 1 });
});

test('calls that have made nothing yet share by their number', () => {
  expect(shares({ busyMs: 300, work: [work('a', 0, 2), work('b', 0, 1)] })).toEqual({ a: 400, b: 200 });
});

test('busy time that is nobody\'s is unknown', () => {
  expect(splitGpuTime(span({ busyMs: 1_000 }))).toEqual({ ...nothing, idleMs: 8_000, unknownMs: 2_000 });
});

test('a replica without GPUs has no time', () => {
  expect(splitGpuTime(span({ gpus: 0, busyMs: 1_000, work: [work('a', 1)] }))).toEqual(nothing);
});
