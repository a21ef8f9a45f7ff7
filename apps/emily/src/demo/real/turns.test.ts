import { expect, test } from 'vitest';
import { Turns } from './turns.ts';

const never = new AbortController().signal;

test('who comes first has the first turn, and who leaves the queue takes none', async () => {
  const turns = new Turns(['a']);
  const order: string[] = [];
  const leaving = new AbortController();
  expect(await turns.take(never)).toBe('a');
  const first = turns.take(never).then(() => order.push('first'));
  const left = turns.take(leaving.signal);
  const last = turns.take(never).then(() => order.push('last'));
  leaving.abort(new Error('left'));
  await expect(left).rejects.toThrow('left');
  turns.giveBack('a');
  await first;
  turns.giveBack('a');
  await last;
  expect(order).toEqual(['first', 'last']);
  turns.giveBack('a');
  expect(await turns.take(never)).toBe('a');
});

test('a turn that came is not taken back by a signal that fires later', async () => {
  const turns = new Turns(['a']);
  const leaving = new AbortController();
  await turns.take(never);
  const next = turns.take(leaving.signal);
  turns.giveBack('a');
  expect(await next).toBe('a');
  leaving.abort();
  const after = turns.take(never);
  turns.giveBack('a');
  expect(await after).toBe('a');
  await expect(turns.take(leaving.signal)).rejects.toThrow('aborted');
});
