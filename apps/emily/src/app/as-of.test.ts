import { expect, test } from 'vitest';
import { called, sentIn, someTime } from '../domain/testing/facts.ts';
import { epochMs } from '../domain/names.ts';
import { asOf } from './as-of.ts';
import { logs } from './program.ts';
import { house } from './testing/house.ts';

/** How far behind usage may be sent in, in a replay. */
const SENT_IN_WITHIN_MS = 660_000;

test('numbers are complete as far as gateways promise; what is sent in stands beside that, once something was', async () => {
  const { program, gateway } = await house();
  expect(asOf(program)).toEqual({ commit: expect.any(Number), frontier: null, evidence: [], sentIn: null });
  await program.append(logs.usage, gateway.facts(...called('r-1', { admittedAt: epochMs(someTime + 5_000) })));
  await program.caughtUp(logs.usage);
  expect(asOf(program)).toMatchObject({ frontier: null, evidence: [] });
  await program.append(logs.usage, [gateway.promise(someTime + 3_000)]);
  await program.append(logs.events, [sentIn('e-1')]);
  await program.caughtUp(logs.usage);
  await program.caughtUp(logs.events);
  expect(asOf(program)).toMatchObject({
    frontier: someTime + 3_000, evidence: ['proved'], sentIn: { frontier: someTime - SENT_IN_WITHIN_MS, evidence: ['assumed'] },
  });
});

test('in a replay by ingest there are no calls, and what is sent in is all there is; at both ends nothing will come any more', async () => {
  const { program } = await house();
  await program.end(logs.usage);
  await program.append(logs.events, [sentIn('e-1')]);
  await program.caughtUp(logs.events);
  while (program.status().sources[logs.usage]?.[0]?.ended !== true) await program.committed();
  expect(asOf(program)).toMatchObject({ frontier: someTime - SENT_IN_WITHIN_MS, evidence: ['assumed'] });
  await program.end(logs.events);
  while (program.status().sources[logs.events]?.[0]?.ended !== true) await program.committed();
  expect(asOf(program)).toMatchObject({ frontier: null, evidence: ['ended'] });
});
