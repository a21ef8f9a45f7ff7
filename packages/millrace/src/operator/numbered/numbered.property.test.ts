import fc from 'fast-check';
import { expect, test } from 'vitest';
import { pipeline } from '../../stream/pipeline.ts';
import type { Program, Tables } from '../../stream/program.ts';
import { type TestDriver, testDriver } from '../../testing/driver.ts';
import { type Made, RUNS, RUNS_ON_DISK, type Scenario, inEveryWay, onDisk, scenarios } from '../../testing/fixture-scenario.ts';
import { fedByHand, madeEvents, readByHand } from '../../testing/fixture-source.ts';
import { numberedAs } from '../../testing/reference/numbered.ts';
import { record } from '../../testing/reference/record.ts';
import { sequences } from '../../time/completeness.ts';
import { seconds } from '../../time/duration.ts';
import type { Message } from '../../time/producers/message.ts';
import { tumbling } from '../../time/windowing.ts';
import type { Row } from '../row.ts';

const EVERY_MS = 7;
const SIZE_MS = 10;

function program({ partitions, boundMs }: Scenario): Program<Tables> {
  return pipeline('numbered', (app) => {
    const events = app.source('events', fedByHand<Made>(partitions), madeEvents(boundMs)).numbered({ name: 'messages', producer: 'first', every: EVERY_MS });
    events.to(app.sink('out', readByHand()));
    events.late.to(app.sink('late', readByHand()));
  });
}

function check({ actions, partitions, boundMs }: Scenario): (driver: TestDriver<Tables>) => void {
  const events = record(actions, { name: 'events', partitions, boundMs, time: (e) => e.time });
  const expected = numberedAs(events, { producer: 'first', every: EVERY_MS });
  return (driver) => {
    expect(driver.sink('out').rows()).toEqual(expected.messages);
    expect(driver.sink('late').rows()).toEqual(expected.late.map(({ value }) => value));
    expect(driver.status().states['messages']?.late).toBe(expected.late.length);
  };
}

test('messages equal the reference, whatever the disorder, the batches, the commits and the crashes', () => {
  fc.assert(fc.property(scenarios(), (scenario) => inEveryWay(program(scenario), scenario, check(scenario))), { numRuns: RUNS });
});

test('messages equal the reference on disk too', () => {
  fc.assert(fc.property(scenarios(), (scenario) => onDisk(program(scenario), scenario, check(scenario))), { numRuns: RUNS_ON_DISK });
});

const receiver = pipeline('receiver', (app) => {
  const events = app.source('messages', fedByHand<Message<Made>>(), { time: (e) => e.time, complete: sequences({ roster: ['first'], silentAfter: seconds(30) }), maxAhead: 'any' });
  const counts = events.keyBy((e) => e.key).window(tumbling(SIZE_MS)).count({ name: 'counts' });
  counts.final().to(app.sink('out', readByHand()));
  counts.late.to(app.sink('late', readByHand()));
});

/** Some messages again, and each a few places later than it was sent. */
function onTheWay<T>(messages: readonly T[], delays: readonly number[], again: readonly number[]): readonly T[] {
  const sent = [...messages, ...again.flatMap((at) => (messages.length === 0 ? [] : [messages[at % messages.length] as T]))];
  return sent.map((message, i) => ({ message, at: i + (delays[i % delays.length] ?? 0) })).toSorted((a, b) => a.at - b.at).map(({ message }) => message);
}

test('whoever receives them, in whatever order and how often, has every fact once, nothing late, nothing missing, and calls proved only what was', () => {
  const way = fc.record({ delays: fc.array(fc.nat(5), { minLength: 1, maxLength: 10 }), again: fc.array(fc.nat(50), { maxLength: 5 }) });
  const property = fc.property(scenarios(), way, (scenario, { delays, again }) => {
    const { actions, partitions, boundMs } = scenario;
    const { messages } = numberedAs(record(actions, { name: 'events', partitions, boundMs, time: (e) => e.time }), { producer: 'first', every: EVERY_MS });
    const driver = testDriver(receiver);
    driver.source('messages').send(...onTheWay(messages, delays, again));
    expect(driver.missing().map(({ what }) => what)).toEqual(messages.length === 0 ? ['expected'] : []);
    driver.source('messages').end();
    const counted = new Map<string, number>();
    for (const message of messages) {
      if (message.kind !== 'event') continue;
      const name = `${message.value.key} ${Math.floor(message.value.time / SIZE_MS) * SIZE_MS}`;
      counted.set(name, (counted.get(name) ?? 0) + 1);
    }
    const rows = driver.sink('out').rows() as readonly Row<string, number>[];
    expect(new Map(rows.map(({ key, window, value }) => [`${key} ${window?.start}`, value]))).toEqual(counted);
    expect(driver.sink('late').rows()).toEqual([]);
    const promised = Math.max(0, ...messages.map((message) => (message.kind === 'heartbeat' ? message.promise : 0)));
    for (const { window, evidence } of rows) expect([window?.start, evidence.includes('assumed')]).toEqual([window?.start, (window?.start as number) < promised]);
  });
  fc.assert(property, { numRuns: RUNS });
});
