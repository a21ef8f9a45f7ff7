import { expect, test } from 'vitest';
import { finished, numbers, sentIn, someTime } from '../domain/testing/facts.ts';
import { epochMs } from '../domain/names.ts';
import { asOf } from './as-of.ts';
import { logs } from './program.ts';
import { house } from './testing/house.ts';

const LONGEST_CALL_MS = 600_000;

test('numbers are complete as far as the slower of calls and events is', async () => {
  const { program } = await house();
  expect(asOf(program)).toEqual({ commit: expect.any(Number), frontier: null, evidence: [] });
  await program.append(logs.usage, [finished('r-1', numbers()(), { admittedAt: epochMs(someTime + 5_000) })]);
  await program.caughtUp(logs.usage);
  expect(asOf(program)).toMatchObject({ frontier: null, evidence: [] });
  await program.append(logs.events, [sentIn('e-1')]);
  await program.caughtUp(logs.events);
  expect(asOf(program)).toMatchObject({ frontier: someTime - LONGEST_CALL_MS, evidence: ['assumed'] });
});

test('one log at its end says nothing about the other; both at their end: nothing will come any more', async () => {
  const { program } = await house();
  await program.end(logs.events);
  await program.committed();
  expect(asOf(program)).toMatchObject({ frontier: null, evidence: [] });
  await program.append(logs.usage, [finished('r-1', numbers()())]);
  await program.caughtUp(logs.usage);
  expect(asOf(program)).toMatchObject({ frontier: someTime - LONGEST_CALL_MS, evidence: ['assumed', 'ended'] });
  await program.end(logs.usage);
  while (program.status().sources[logs.usage]?.[0]?.ended !== true) await program.committed();
  expect(asOf(program)).toMatchObject({ frontier: null, evidence: ['ended'] });
});
