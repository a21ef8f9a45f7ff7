import { expect, test } from 'vitest';
import { PasswordGate, TooManyTries } from './password-gate.ts';

const done = async (): Promise<string> => 'done';

test('a name is tried ten times in a minute, and others meanwhile as well', async () => {
  const clock = { ms: 0 };
  const gate = new PasswordGate(() => clock.ms);
  for (let i = 0; i < 10; i++) expect(await gate.through('ann', done)).toBe('done');
  const refused = await gate.through('ann', done).catch((error: unknown) => error);
  expect(refused).toBeInstanceOf(TooManyTries);
  expect((refused as TooManyTries).retryAfterMs).toBe(6_000);
  expect(await gate.through('ben', done)).toBe('done');
  clock.ms = 6_000;
  expect(await gate.through('ann', done)).toBe('done');
});

test('one is tried at a time; so many wait, and the next is sent away', async () => {
  const gate = new PasswordGate(() => 0);
  let [running, most] = [0, 0];
  const gates = Promise.withResolvers<void>();
  const work = async (): Promise<void> => {
    most = Math.max(most, (running += 1));
    await gates.promise;
    running -= 1;
  };
  const waiting = Array.from({ length: 16 }, (_, i) => gate.through(`name ${i}`, work));
  await expect(gate.through('one more', work)).rejects.toThrow(TooManyTries);
  gates.resolve();
  await Promise.all(waiting);
  expect(most).toBe(1);
  expect(await gate.through('after that', done)).toBe('done');
});

test('what fails does not stand in the way of the next', async () => {
  const gate = new PasswordGate(() => 0);
  await expect(gate.through('ann', () => Promise.reject(new Error('full')))).rejects.toThrow('full');
  expect(await gate.through('ann', done)).toBe('done');
});
