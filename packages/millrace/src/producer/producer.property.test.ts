import fc from 'fast-check';
import { afterAll, expect, test } from 'vitest';
import { RUNS } from '../testing/fixture-scenario.ts';
import { type Action, type Blow, type Fortune, OutboxWorld } from '../testing/fixture-outbox-world.ts';

const fortunes: Fortune[] = ['arrives', 'request lost', 'answer lost', 'delayed', 'one refused'];
const blows: Blow[] = ['disk full', 'killed before commit', 'killed after commit'];

const action: fc.Arbitrary<Action> = fc.oneof(
  { weight: 8, arbitrary: fc.record({ kind: fc.constant('send' as const), partition: fc.nat(2), behindMs: fc.integer({ min: -2_000, max: 14_000 }) }) },
  { weight: 6, arbitrary: fc.constant({ kind: 'settle' as const }) },
  { weight: 3, arbitrary: fc.record({ kind: fc.constant('move' as const), ms: fc.constantFrom(1, 60, 1_000, 9_000) }) },
  { weight: 5, arbitrary: fc.record({ kind: fc.constant('delivery' as const), which: fc.nat(5), fortune: fc.constant('arrives' as const) }) },
  { weight: 3, arbitrary: fc.record({ kind: fc.constant('delivery' as const), which: fc.nat(5), fortune: fc.constantFrom(...fortunes) }) },
  { weight: 1, arbitrary: fc.record({ kind: fc.constant('stray' as const), which: fc.nat(9) }) },
  { weight: 1, arbitrary: fc.record({ kind: fc.constant('strike' as const), blow: fc.constantFrom(...blows) }) },
  { weight: 1, arbitrary: fc.constantFrom({ kind: 'kill' as const }, { kind: 'stop' as const }) },
);

/** Small enough that values wait for room, and that a delivery takes a part of the queue. */
const limits = fc.record({
  batchMessagesMax: fc.constantFrom(1, 2, 5, 2_000),
  batchBytesMax: fc.constantFrom(1, 300, 1_000_000),
  journalBytesMax: fc.constantFrom(1, 400, 1_000_000),
  waitingBytesMax: fc.constantFrom(400, 1_000_000),
});

const met = new Map<string, number>();

async function run(actions: readonly Action[], world: OutboxWorld): Promise<string[]> {
  await world.open();
  for (const one of actions) await world.act(one);
  const problems = await world.end();
  for (const [what, times] of world.met) met.set(what, (met.get(what) ?? 0) + times);
  if (world.receiver.repeated > 0) met.set('repeated', (met.get('repeated') ?? 0) + world.receiver.repeated);
  return problems;
}

test('whatever befalls producer, disk and network: every message arrives, in order, under one number, and promises are kept', async () => {
  const property = fc.asyncProperty(fc.integer({ min: 1, max: 3 }), limits, fc.array(action, { maxLength: 80, size: 'max' }), async (partitions, given, actions) => {
    expect(await run(actions, new OutboxWorld(partitions, given))).toEqual([]);
  });
  await fc.assert(property, { numRuns: RUNS });
}, 120_000);

test('a journal that is lost shows: what was in it did not arrive', async () => {
  const world = new OutboxWorld(1, {});
  await world.open();
  await world.act({ kind: 'send', partition: 0, behindMs: 0 });
  await world.act({ kind: 'settle' });
  world.loseDisk();
  await world.act({ kind: 'settle' });
  expect(await world.end()).toEqual([expect.stringMatching(/^0[/]\d+[/]0 was journalled and did not arrive$/)]);
});

afterAll(() => {
  const things = [...fortunes, ...blows, 'killed', 'stopped', 'repeated', 'STORE_FULL', 'BELOW_PROMISE', 'OUTBOX_FULL', 'PRODUCER_CLOSED', 'MESSAGE_REFUSED'];
  expect(things.filter((what) => (met.get(what) ?? 0) === 0)).toEqual([]);
});
