import fc from 'fast-check';
import { expect, test } from 'vitest';
import type { TenantCreated } from '../account/command.ts';
import { type ChainedCommand, CommandChain } from '../account/command-chain.ts';
import { epochMs, tenantId } from '../domain/names.ts';
import { checkChain } from './chain-check.ts';

const made = (n: number): TenantCreated => ({ kind: 'tenant-created', at: epochMs(n), tenant: tenantId(`t-${n}`), name: `Tenant ${n}` });
const written = (many: number): ChainedCommand[] => [...new CommandChain().chained(Array.from({ length: many }, (_, n) => made(n)))];

test('what was written holds, and a chain that was kept is found at its act', async () => {
  const log = written(5);
  expect(await checkChain(log, log[2]?.chain)).toEqual({ holds: true, acts: 5, chain: log[4]?.chain, flaw: null, keptAt: 2 });
  expect(await checkChain(log, 'f'.repeat(64))).toMatchObject({ holds: true, keptAt: null });
  expect(await checkChain([], undefined)).toMatchObject({ holds: true, acts: 0, keptAt: null });
});

test('whichever act is changed, left out or put elsewhere, the chain does not hold from there on', async () => {
  await fc.assert(fc.asyncProperty(fc.integer({ min: 2, max: 12 }), fc.nat(11), fc.constantFrom('change', 'leave out', 'swap'), async (many, place, how) => {
    const log = written(many);
    const at = place % (many - 1);
    const act = log[at] as ChainedCommand;
    if (how === 'change') log[at] = { ...act, at: epochMs(999) };
    else if (how === 'leave out') log.splice(at, 1);
    else log.splice(at, 2, log[at + 1] as ChainedCommand, act);
    const verdict = await checkChain(log, undefined);
    expect([verdict.holds, verdict.acts]).toEqual([false, at]);
    expect(verdict.flaw).toContain(`command ${at} (tenant-created)`);
  }));
});

test('a log that was written anew from its beginning holds in itself, and is not what somebody kept', async () => {
  const kept = written(4)[3]?.chain;
  const anew = [...new CommandChain().chained([made(7), ...[1, 2, 3].map(made)])];
  expect(await checkChain(anew, kept)).toMatchObject({ holds: true, keptAt: null });
});
