import fc from 'fast-check';
import { expect, test } from 'vitest';
import { keyId, tenantId, userId } from '../domain/names.ts';
import { splitGpuTime, type Span } from './gpu-time.ts';

const span: fc.Arbitrary<Span> = fc.record({
  state: fc.constantFrom('starting' as const, 'ready' as const, 'draining' as const),
  gpus: fc.nat(64),
  spanMs: fc.oneof(fc.nat(20_000), fc.nat(1_000_000_000)),
  busyMs: fc.nat(20_000),
  work: fc.array(
    fc.record({
      tenant: fc.constantFrom('ada', 'bob').map(tenantId),
      user: fc.nat(5).map((n) => userId(`u${n}`)),
      key: fc.constant(keyId('k')),
      calls: fc.nat(3),
      units: fc.oneof(fc.nat(5), fc.maxSafeNat()),
    }),
    { maxLength: 12 },
  ),
});

test('the parts sum to the whole, none is negative, and none is off its exact share by a millisecond', () => {
  fc.assert(
    fc.property(span, (one) => {
      const { setupMs, idleMs, unknownMs, active } = splitGpuTime(one);
      const shared = active.reduce((sum, { gpuMs }) => sum + gpuMs, 0);
      expect(setupMs + idleMs + unknownMs + shared).toBe(one.spanMs * one.gpus);
      for (const part of [setupMs, idleMs, unknownMs, ...active.map(({ gpuMs }) => gpuMs)]) expect(part).toBeGreaterThanOrEqual(0);
      const units = one.work.reduce((sum, work) => sum + BigInt(work.units), 0n);
      if (units === 0n || shared === 0) return;
      const byUser = Map.groupBy(one.work, ({ tenant, user }) => `${tenant} ${user}`);
      for (const [who, works] of byUser) {
        const gpuMs = active.filter(({ tenant, user }) => `${tenant} ${user}` === who).reduce((sum, each) => sum + each.gpuMs, 0);
        const made = works.reduce((sum, work) => sum + BigInt(work.units), 0n);
        const off = BigInt(gpuMs) * units - BigInt(shared) * made;
        expect((off < 0n ? -off : off) < units * BigInt(works.length)).toBe(true);
      }
    }),
    { numRuns: 2_000 },
  );
});
