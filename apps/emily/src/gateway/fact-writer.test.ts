import { expect, test } from 'vitest';
import { epochMs, keyId, modelId, priceId, requestId, tenantId, userId } from '../domain/names.ts';
import { noUnits } from '../domain/usage-fact.ts';
import { factsWaitingMax, FactWriter, type Unnumbered } from './fact-writer.ts';
import { Numbering } from './numbering.ts';
import { lostFacts } from './recover.ts';
import { HandLog } from './testing/hand-log.ts';

const asked = (id: string) => ({
  id: requestId(id),
  admittedAt: epochMs(1),
  tenant: tenantId('ada'),
  user: userId('u'),
  key: keyId('k'),
  model: modelId('tiny'),
  priceId: priceId('p'),
  idempotencyKey: null,
  bodyHash: null,
});
const admitted = (id: string): Unnumbered => ({ kind: 'admitted', ...asked(id), stream: false });
const finished = (id: string): Unnumbered => ({
  kind: 'finished', ...asked(id), outcome: 'completed', units: { ...noUnits, requests: 1 }, provenance: 'engine-final',
  replica: 'r', firstTokenMs: null, totalMs: 5,
});

function writer() {
  const log = new HandLog();
  return { log, writer: new FactWriter(log, new Numbering('g', 3)), stored: () => log.facts.map((fact) => [fact.sequence, fact.kind, fact.id]) };
}

test('facts written while a batch is under way make the next one', async () => {
  const { log, writer: facts, stored } = writer();
  log.holding = true;
  const writes = [facts.write(admitted('a')), facts.write(admitted('b'))];
  const first = await log.next();
  writes.push(facts.write(admitted('c')), facts.write(finished('a')));
  expect(first.facts).toHaveLength(2);
  first.release();
  const second = await log.next();
  expect(second.facts).toHaveLength(2);
  second.release();
  await Promise.all(writes);
  await facts.idle();
  expect(stored()).toEqual([[0, 'admitted', 'a'], [1, 'admitted', 'b'], [2, 'admitted', 'c'], [3, 'finished', 'a']]);
});

test('a refused batch gives its numbers back, and a `finished` in it is owed as lost until the log takes it', async () => {
  const { log, writer: facts, stored } = writer();
  await facts.write(admitted('a'));
  log.broken = new Error('full');
  await expect(facts.write(finished('a'))).rejects.toThrow('full');
  await expect(facts.write(admitted('b'))).rejects.toThrow('full');
  log.broken = undefined;
  await facts.write(admitted('c'));
  expect(stored()).toEqual([[0, 'admitted', 'a'], [1, 'finished', 'a'], [2, 'admitted', 'c']]);
  expect(log.facts[1]).toMatchObject({ outcome: 'lost', units: noUnits, provenance: 'none' });
});

test('while the log is far behind nothing new is taken on, and what was begun may end', async () => {
  const { log, writer: facts } = writer();
  log.holding = true;
  const writes = [facts.write(admitted('first'))];
  const first = await log.next();
  for (let i = 0; i < factsWaitingMax; i++) writes.push(facts.write(admitted(`a-${i}`)));
  await expect(facts.write(admitted('one more'))).rejects.toThrow('10000 facts wait');
  writes.push(facts.write(finished('first')));
  log.holding = false;
  first.release();
  await Promise.all(writes);
  expect(log.facts).toHaveLength(factsWaitingMax + 2);
});

test('a log that throws at once is a log that refuses', async () => {
  const facts = new FactWriter({ append: () => { throw new Error('closed'); } }, new Numbering('g', 1));
  await expect(facts.write(admitted('a'))).rejects.toThrow('closed');
  await expect(facts.write(admitted('b'))).rejects.toThrow('closed');
});

test('a restarted gateway ends what its earlier life left open: lost, free, and numbered first in the new epoch', async () => {
  const numbering = new Numbering('g', 4);
  const open = { ...admitted('a'), producer: 'g', epoch: 3, sequence: 17, idempotencyKey: 'once', bodyHash: 'ff' } as Parameters<typeof lostFacts>[0] extends Iterable<infer A> ? A : never;
  expect(lostFacts([open], numbering)).toEqual([
    {
      kind: 'finished', ...asked('a'), idempotencyKey: 'once', bodyHash: 'ff', producer: 'g', epoch: 4, sequence: 0,
      outcome: 'lost', units: noUnits, provenance: 'none', replica: null, firstTokenMs: null, totalMs: 0,
    },
  ]);
  expect(numbering.next().sequence).toBe(1);
});
