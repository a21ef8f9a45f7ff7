import { expect, test } from 'vitest';
import { requestId, tenantId } from '../domain/names.ts';
import { IdempotencyKeys, type Claim, type KeyUse } from './idempotency.ts';
import type { Answer } from './kept-answers.ts';

const ada = tenantId('ada');
const bob = tenantId('bob');
const limits = { keptBytesMax: 10_000, keptMsMax: 1_000, keptAnswerBytesMax: 3_000 };
const use = (request: string, body = 'body-1'): KeyUse => ({ bodyHash: body, requestId: requestId(request) });
const answer = (request: string, bytes = 10): Answer => ({ request: requestId(request), headers: {}, body: Buffer.alloc(bytes) });

function keys() {
  const table = new Map<string, KeyUse>();
  let ms = 0;
  return {
    keys: new IdempotencyKeys({ get: (tenant, key) => table.get(`${tenant}/${key}`) }, limits, () => ms),
    table,
    pass: (by: number) => (ms += by),
  };
}

function maker(claim: Claim): Extract<Claim, { kind: 'make' }> {
  if (claim.kind !== 'make') throw new Error('this attempt should make the call');
  return claim;
}

async function repeated(claim: Claim): Promise<Answer> {
  if (claim.kind !== 'repeat') throw new Error('this attempt should repeat an answer');
  return await claim.answer;
}

test('a second attempt in flight waits, and gets the answer of the first', async () => {
  const { keys: k } = keys();
  const first = maker(k.claim(ada, 'once', use('r1')));
  const second = repeated(k.claim(ada, 'once', use('r2')));
  first.made(answer('r1'));
  expect((await second).request).toBe('r1');
});

test('a second attempt in flight gets the failure of the first, and a third may try again', async () => {
  const { keys: k } = keys();
  const first = maker(k.claim(ada, 'once', use('r1')));
  const second = repeated(k.claim(ada, 'once', use('r2')));
  first.failed(new Error('engine'));
  await expect(second).rejects.toThrow('engine');
  expect(k.claim(ada, 'once', use('r3')).kind).toBe('make');
});

test('a finished call is repeated from its kept answer', async () => {
  const { keys: k } = keys();
  maker(k.claim(ada, 'once', use('r1'))).made(answer('r1'));
  expect((await repeated(k.claim(ada, 'once', use('r2')))).request).toBe('r1');
});

test('another body is refused in flight, finished, and after a restart', () => {
  const { keys: k, table } = keys();
  const mismatch = expect.objectContaining({ code: 'idempotency_mismatch', status: 422, original: 'r1' });
  const first = maker(k.claim(ada, 'once', use('r1')));
  expect(() => k.claim(ada, 'once', use('r2', 'body-2'))).toThrow(mismatch);
  first.made(answer('r1'));
  expect(() => k.claim(ada, 'once', use('r2', 'body-2'))).toThrow(mismatch);
  table.set('ada/before', use('r1'));
  expect(() => k.claim(ada, 'before', use('r2', 'body-2'))).toThrow(mismatch);
});

test('the same key of another tenant is another key', () => {
  const { keys: k } = keys();
  maker(k.claim(ada, 'once', use('r1'))).made(answer('r1'));
  expect(k.claim(bob, 'once', use('r2')).kind).toBe('make');
});

const expired = expect.objectContaining({ code: 'idempotency_answer_expired', status: 409, original: 'r1' });

test('an answer that is no longer kept is refused by name: after a restart, when its time is over, when it was too long', async () => {
  const { keys: k, table, pass } = keys();
  table.set('ada/before', use('r1'));
  expect(() => k.claim(ada, 'before', use('r2'))).toThrow(expired);

  maker(k.claim(ada, 'old', use('r1'))).made(answer('r1'));
  pass(limits.keptMsMax - 1);
  expect((await repeated(k.claim(ada, 'old', use('r2')))).request).toBe('r1');
  pass(1);
  expect(() => k.claim(ada, 'old', use('r2'))).toThrow(expired);

  maker(k.claim(ada, 'fits', use('r1'))).made(answer('r1', limits.keptAnswerBytesMax));
  expect(k.claim(ada, 'fits', use('r2')).kind).toBe('repeat');
  maker(k.claim(ada, 'long', use('r1'))).made(answer('r1', limits.keptAnswerBytesMax + 1));
  expect(() => k.claim(ada, 'long', use('r2'))).toThrow(expired);
  maker(k.claim(ada, 'none', use('r1'))).made(undefined);
  expect(() => k.claim(ada, 'none', use('r2'))).toThrow(expired);
});

test('when too many bytes are kept the longest unused answer goes first, and its key stays known', () => {
  const { keys: k } = keys();
  for (const key of ['a', 'b', 'c']) maker(k.claim(ada, key, use('r1'))).made(answer('r1', 2_000));
  expect(k.claim(ada, 'a', use('r2')).kind).toBe('repeat');
  maker(k.claim(ada, 'd', use('r1'))).made(answer('r1', 2_000));
  expect(k.claim(ada, 'a', use('r2')).kind).toBe('repeat');
  expect(() => k.claim(ada, 'b', use('r2'))).toThrow(expired);
});

test('what the table knows is forgotten here, and still known', () => {
  const { keys: k, table, pass } = keys();
  maker(k.claim(ada, 'first', use('r1'))).made(answer('r1'));
  table.set('ada/first', use('r1'));
  maker(k.claim(ada, 'second', use('r1'))).made(answer('r1'));
  pass(limits.keptMsMax);
  table.delete('ada/first');
  expect(k.claim(ada, 'first', use('r2')).kind).toBe('make');
  expect(() => k.claim(ada, 'second', use('r2'))).toThrow(expired);
});
