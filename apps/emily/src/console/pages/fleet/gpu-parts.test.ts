import fc from 'fast-check';
import { expect, test } from 'vitest';
import type { GpuState, GpuTimeRow } from '../../api-fleet.ts';
import { gpuParts, wholeOf } from './gpu-parts.ts';

const row = (state: GpuState, tenant: string, gpuMs: number): GpuTimeRow => ({ window: { start: 0, end: 1 }, tenant, model: 'phi-4', state, gpuMs, finality: 'provisional', evidence: [] });
const told = (rows: readonly GpuTimeRow[], most?: number): readonly string[] => gpuParts(rows, most).map(({ id, others, gpuMs }) => `${id}${others > 0 ? ` (${others})` : ''} ${gpuMs}`);

test('set-up first, then active by tenant with the largest first, then idle and unknown; what is nothing is left out', () => {
  const rows = [row('idle', '', 5), row('active', 'ada', 2), row('active', 'bob', 7), row('active', 'ada', 1), row('setup', 'bob', 3), row('setup', '', 1), row('unknown', '', 0)];
  expect(told(rows)).toEqual(['setup 4', 'active bob 7', 'active ada 3', 'idle 5']);
});

test('more tenants than have a colour are told together', () => {
  const rows = ['a', 'b', 'c', 'd'].map((tenant, n) => row('active', tenant, 10 - n));
  expect(told(rows, 2)).toEqual(['active a 10', 'active b 9', 'active others (2) 15']);
  expect(told(rows, 4)).toHaveLength(4);
});

test('whatever the rows, the parts sum to the whole', () => {
  const states: readonly GpuState[] = ['setup', 'active', 'idle', 'unknown'];
  fc.assert(fc.property(fc.array(fc.tuple(fc.constantFrom(...states), fc.constantFrom('', 'a', 'b', 'c', 'd'), fc.nat(1e12))), fc.integer({ min: 1, max: 5 }), (all, most) => {
    const rows = all.map(([state, tenant, gpuMs]) => row(state, tenant, gpuMs));
    expect(wholeOf(gpuParts(rows, most))).toBe(wholeOf(rows));
  }));
});
