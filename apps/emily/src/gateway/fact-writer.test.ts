import { expect, test } from 'vitest';
import { epochMs, keyId, modelId, priceId, requestId, tenantId, userId } from '../domain/names.ts';
import { noUnits, type Admitted } from '../domain/usage-fact.ts';
import { factsWaitingMax, FactWriter, type Unnumbered } from './fact-writer.ts';
import { Numbering } from './numbering.ts';
import { firstWords } from './recover.ts';
import { HandLog } from './testing/hand-log.ts';

const asked = (id: string, at = 1) => ({
  id: requestId(id),
  admittedAt: epochMs(at),
  tenant: tenantId('ada'),
  user: userId('u'),
  key: keyId('k'),
  model: modelId('tiny'),
  priceId: priceId('p'),
  idempotencyKey: null,
  bodyHash: null,
});
const admitted = (id: string, at = 1): Unnumbered => ({ kind: 'admitted', ...asked(id, at), stream: false });
const finished = (id: string, at = 1): Unnumbered => ({
  kind: 'finished', ...asked(id, at), outcome: 'completed', units: { ...noUnits, requests: 1 }, provenance: 'engine-final',
  replica: 'r', firstTokenMs: null, totalMs: 5,
});

function writer() {
  const log = new HandLog();
  // A time that was promised is over: the next one is later.
  let now = 100;
  const times = { promise: () => epochMs(now++) };
  return { log, writer: new FactWriter(log, new Numbering('g', 3), times), stored: () => log.numbered().map(({ sequence, value }) => [sequence, value.kind, 'id' in value && value.id]) };
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
  const facts = new FactWriter({ append: () => { throw new Error('closed'); } }, new Numbering('g', 1), { promise: () => epochMs(1) });
  await expect(facts.write(admitted('a'))).rejects.toThrow('closed');
  await expect(facts.write(admitted('b'))).rejects.toThrow('closed');
});

test('it promises the oldest admission that has not durably ended, and else what no call to come is older than', async () => {
  const { log, writer: facts } = writer();
  const promises = (): unknown[] => log.messages.flatMap((message) => (message.kind === 'heartbeat' ? [[message.sequence, message.promise]] : []));
  facts.promise();
  await facts.close();
  expect(promises()).toEqual([[-1, 100], [-1, 101]]);

  await Promise.all([facts.write(admitted('b', 30)), facts.write(admitted('a', 20))]);
  expect(facts.hasNews).toBe(true);
  facts.promise();
  await facts.write(finished('a', 20));
  expect(promises().slice(2)).toEqual([[2, 20]]);
  expect(facts.hasNews).toBe(false);
  facts.promise();
  await facts.write(finished('b', 30));
  await facts.close();
  expect(promises().slice(3)).toEqual([[3, 30], [3, 104]]);
});

test('an end that the log refused holds the promise until the log takes it, as lost; an admission that it refused does not', async () => {
  const { log, writer: facts } = writer();
  await facts.write(admitted('a', 20));
  log.broken = new Error('full');
  await expect(facts.write(finished('a', 20))).rejects.toThrow('full');
  await expect(facts.write(admitted('b', 10))).rejects.toThrow('full');
  log.broken = undefined;
  facts.promise();
  await facts.write(admitted('c', 40));
  expect(log.messages.at(-1)).toEqual({ kind: 'heartbeat', producer: 'g', epoch: 3, sequence: 2, promise: 20 });
  await facts.write(finished('c', 40));
  await facts.close();
  expect(log.messages.slice(-2)).toEqual([
    { kind: 'heartbeat', producer: 'g', epoch: 3, sequence: 3, promise: 101 },
    { kind: 'close', producer: 'g', epoch: 3, sequence: 3 },
  ]);
});

test('who leaves a call open does not say goodbye', async () => {
  const { log, writer: facts } = writer();
  await facts.write(admitted('a', 20));
  await facts.close();
  expect(log.messages.map(({ kind }) => kind)).toEqual(['event', 'heartbeat']);
});

test('a refused promise is not said, and costs nothing', async () => {
  const { log, writer: facts } = writer();
  log.broken = new Error('full');
  facts.promise();
  await facts.close();
  log.broken = undefined;
  await facts.write(admitted('a'));
  expect(log.messages).toMatchObject([{ kind: 'event', sequence: 0 }]);
});

test('a restarted gateway says how its earlier life ended, and ends what that left open: lost, free, and numbered first in the new epoch', async () => {
  const numbering = new Numbering('g', 4);
  const open = { ...admitted('a'), producer: 'g', idempotencyKey: 'once', bodyHash: 'ff' } as Admitted;
  expect(firstWords({ epoch: 3, sequence: 17, promised: epochMs(5), open: [open] }, numbering)).toEqual([
    { kind: 'heartbeat', producer: 'g', epoch: 4, sequence: -1, promise: 1, previous: { epoch: 3, sequence: 17 } },
    {
      kind: 'event', producer: 'g', epoch: 4, sequence: 0,
      value: {
        kind: 'finished', ...asked('a'), idempotencyKey: 'once', bodyHash: 'ff', producer: 'g',
        outcome: 'lost', units: noUnits, provenance: 'none', replica: null, firstTokenMs: null, totalMs: 0,
      },
    },
  ]);
  expect(numbering.heartbeat(9).sequence).toBe(0);
  expect(firstWords(undefined, new Numbering('g', 1))).toEqual([{ kind: 'heartbeat', producer: 'g', epoch: 1, sequence: -1, promise: 0 }]);
});
