import { expect, test, vi } from 'vitest';
import { modelId } from '../domain/names.ts';
import { FleetBook, type UnsignedFleetFact } from './fleet-book.ts';

const registered: UnsignedFleetFact = { kind: 'replica-registered', replica: 'm/0.1.0', model: modelId('m'), owner: 'operator', gpus: 1, state: 'starting' };
const beat = (clockMs: number, replica = 'm/0.1.0'): UnsignedFleetFact => ({ kind: 'replica-beat', replica, state: 'ready', clockMs, busyMs: 0, running: 0, engine: null, work: [] });

function logOf(book: FleetBook) {
  const stored: UnsignedFleetFact[] = [];
  const log = { full: false, stored };
  book.open(async (fact) => {
    await Promise.resolve();
    if (log.full) throw new Error('no space left on device');
    stored.push(fact);
  }, ['m/0.0.0']);
  return log;
}

test('what was said before the log opens comes after the ends of what an earlier life left behind', async () => {
  const book = new FleetBook();
  book.say(registered);
  book.say(beat(5));
  expect(book.takesBeatOf('m/0.1.0')).toBe(false);
  expect(book.takesBeatOf('m/1.1.0')).toBe(true);
  const log = logOf(book);
  await book.close();
  expect(log.stored).toEqual([{ kind: 'replica-left', replica: 'm/0.0.0', reason: 'Emily ended' }, registered, beat(5)]);
});

test('what the log refuses is said again, in order, and once', async () => {
  const book = new FleetBook();
  const log = logOf(book);
  await vi.waitFor(() => expect(log.stored).toHaveLength(1));
  log.full = true;
  book.say(registered);
  book.say(beat(5));
  await new Promise((resolve) => setImmediate(resolve));
  expect(log.stored).toHaveLength(1);
  log.full = false;
  book.say(beat(10, 'm/1.1.0'));
  await vi.waitFor(() => expect(log.stored.slice(1)).toEqual([registered, beat(5), beat(10, 'm/1.1.0')]));
  expect(book.takesBeatOf('m/0.1.0')).toBe(true);
});

test('closed, it takes nothing', async () => {
  const book = new FleetBook();
  const log = logOf(book);
  await book.close();
  book.say(registered);
  await book.close();
  expect(log.stored).toHaveLength(1);
  expect(book.takesBeatOf('m/0.1.0')).toBe(false);
});
