import { tmpdir } from 'node:os';
import { expect, test } from 'vitest';
import { parseOrder } from './arguments.ts';
import { UsageError } from './usage-error.ts';

const ordered = (line: string): ReturnType<typeof parseOrder> => parseOrder(line.split(' '));

function refusal(line: string): string {
  try {
    ordered(line);
  } catch (error) {
    expect(error).toBeInstanceOf(UsageError);
    return (error as Error).message;
  }
  throw new Error(`expected a refusal of ${line}`);
}

test('a query and a number of events are enough', () => {
  expect(ordered('q0 --events 1000')).toEqual({
    query: 'q0', stream: 'nexmark', store: 'memory', events: 1_000, hand: false, repeat: 1, json: false, folder: tmpdir(),
  });
});

test('m2 is on disk, everything else in memory, unless the order says otherwise', () => {
  expect(ordered('m2 --events 1').store).toBe('disk');
  expect(ordered('m1 --events 1').store).toBe('memory');
  expect(ordered('m1 --events 1 --store disk').store).toBe('disk');
});

test('beside the hand-written loop every side runs three times, unless the order says otherwise', () => {
  expect(ordered('q7 --events 1 --hand').repeat).toBe(3);
  expect(ordered('q7 --events 1 --hand --repeat 5').repeat).toBe(5);
});

test('m1-producers is always set beside m1', () => {
  expect(ordered('m1-producers --events 2000000')).toMatchObject({ stream: 'metering', store: 'memory', hand: false, repeat: 3 });
  expect(ordered('m1-revise --events 5')).toMatchObject({ hand: false, repeat: 3 });
  expect(refusal('m1-producers --events 1 --hand')).toMatch('m1-producers has no hand-written loop');
});

test('gen makes the nexmark stream, unless the order says otherwise', () => {
  expect(ordered('gen --events 1')).toMatchObject({ query: 'gen', stream: 'nexmark' });
  expect(ordered('gen --events 1 --stream metering')).toMatchObject({ query: 'gen', stream: 'metering' });
});

test('what cannot be carried out is refused with what was expected and what came', () => {
  expect(refusal('q9 --events 1')).toBe('expected one of gen, q0, q1, q2, q3, q4, q5, q7, q8, q11, q18, m1, m2, m1-producers, m1-revise, state, revision, store, larger, types, gateway, ingest, came "q9"');
  expect(refusal('toString --events 1')).toMatch('came "toString"');
  expect(refusal('--events 1')).toBe('expected a query, nothing came');
  expect(refusal('q0 q1 --events 1')).toBe('expected one query, came q0 q1');
  expect(refusal('q0')).toBe('expected --events with a whole number from 1 to 500000000, came nothing');
  for (const events of ['0', '1.5', '1e6', 'many', '500000001']) {
    expect(refusal(`q0 --events ${events}`)).toMatch(`came "${events}"`);
  }
  expect(ordered('q0 --events 500000000').events).toBe(500_000_000);
  expect(refusal('q0 --events 1 --repeat 101')).toMatch('expected --repeat with a whole number from 1 to 100');
  expect(refusal('q0 --events 1 --store tape')).toBe('expected --store memory or disk, came "tape"');
  expect(refusal('q0 --events 1 --stream metering')).toMatch('q0 always reads the nexmark stream');
  expect(refusal('m2 --events 1 --store memory')).toMatch('m2 is m1 on disk');
  expect(refusal('gen --events 1 --hand')).toMatch('gen has no hand-written loop');
  expect(refusal('gen --events 1 --store disk')).toMatch('gen keeps no state');
  expect(refusal('q0 --events 1 --fast')).toMatch("Unknown option '--fast'");
});
