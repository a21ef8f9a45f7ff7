import fc from 'fast-check';
import { expect, test } from 'vitest';
import { log } from '../../connector/log.ts';
import { pipeline } from '../../stream/pipeline.ts';
import type { Program, Tables } from '../../stream/program.ts';
import { type TestDriver, testDriver } from '../../testing/driver.ts';
import { type PartitionSaid, type ProducerStory, producerStories } from '../../testing/fixture-producers.ts';
import { RUNS } from '../../testing/fixture-scenario.ts';
import { fedByHand, readByHand } from '../../testing/fixture-source.ts';
import type { Content } from '../../testing/reference/completed.ts';
import { sequences } from '../../time/completeness.ts';
import { seconds } from '../../time/duration.ts';
import { group } from '../../time/group-windowing.ts';
import { hopping, session, sliding } from '../../time/own-windowing.ts';
import type { Message } from '../../time/producers/message.ts';
import { type PlainWindowing, type Windowing, tumbling } from '../../time/windowing.ts';
import { drop, revise } from '../late-policy.ts';
import type { Row } from '../row.ts';

/*
 * Where producers number what they send, some windows close on proof and are final at once, and others, where
 * one was given up, a retention later: behind both nothing is late.
 */

type Rows = readonly Row<string, number>[];

interface Setting {
  readonly windowing: Windowing;
  readonly retain: number;
  readonly size: number;
}

const isMarked = ({ time }: Content): boolean => time % 3 === 0;

const settings: fc.Arbitrary<Setting> = fc.record({
  windowing: fc.constantFrom<Windowing>(tumbling(5), hopping(6, 4), session(2), sliding(3), group<Content>({ open: () => true, close: isMarked, timeout: 6 })),
  retain: fc.constantFrom(0, 1, 6, 40),
  size: fc.constantFrom(1, 4, 15),
});

const producerOf = ({ text }: Content): string => text.replace('not ', '').split(' ')[0] as string;

function program({ partitions, policies }: ProducerStory, { windowing, retain, size }: Setting): Program {
  return pipeline('behind proof', (app) => {
    const complete = sequences({ ...policies, silentAfter: seconds(1) });
    const events = app.source('events', fedByHand<Message<Content>>(partitions), { time: ({ time }) => time, complete });
    const counts = events.keyBy(producerOf).window(windowing as PlainWindowing).count({ name: 'counts', late: retain === 0 ? drop() : revise({ retain }) });
    const finals = counts.final();
    const behind = finals.keyBy((row) => row.key).window(tumbling(size)).sum((row) => row.value, { name: 'behind' });
    finals.to(app.sink('finals', readByHand()));
    behind.final().to(app.sink('behind', readByHand()));
    behind.late.to(app.sink('late', readByHand()));
  });
}

function carryOut(driver: TestDriver<Tables>, said: PartitionSaid): void {
  const { partition } = said;
  if ('message' in said) driver.source('events').sendBatch([said.message], { partition });
  else if ('decision' in said) driver.decide('events', said.decision, partition);
  else driver.source('events').end();
}

function check(driver: TestDriver<Tables>, size: number): void {
  const sums = new Map<string, number>();
  for (const { key, time, value } of driver.sink('finals').rows() as Rows) {
    const place = `${key} ${(Math.floor(time / size) + 1) * size}`;
    sums.set(place, (sums.get(place) ?? 0) + value);
  }
  expect(driver.sink('late').rows()).toEqual([]);
  for (const { key, window, value } of driver.sink('behind').rows() as Rows) expect([key, window?.end, value]).toEqual([key, window?.end, sums.get(`${key} ${window?.end}`)]);
}

test('windows over rows that are final on proof, or after a while, have all of them', () => {
  const property = fc.property(producerStories(), settings, fc.nat(40), (story, setting, crashAt) => {
    const drivers = [testDriver(program(story, setting)), testDriver(program(story, setting), { durable: true })] as const;
    story.history.forEach((said, i) => {
      for (const driver of drivers) carryOut(driver, said);
      if (i % 7 === crashAt % 7) drivers[1].commit();
      if (i === crashAt) drivers[1].crash();
    });
    drivers[1].commit();
    for (const driver of drivers) check(driver, setting.size);
    expect(drivers[1].sink('behind').rows()).toEqual(drivers[0].sink('behind').rows());
  });
  fc.assert(property, { numRuns: RUNS });
});

test('drawn: what is proved is final at once, what was declared a retention later, and a longer window has both', () => {
  const calls = pipeline('calls', (app) => {
    const source = app.source('calls', log<Message<{ at: number }>>(), { time: ({ at }) => at, complete: sequences({ roster: ['g', 'h'], silentAfter: 30_000 }) });
    const behind = source.window(tumbling(1000)).count({ name: 'counts', late: revise({ retain: 5000 }) }).final().window(tumbling(6000)).count({ name: 'behind' });
    behind.final().map(({ window, value, evidence }) => `${window?.start}: ${value} ${evidence.join()}`).to(app.sink('rows', readByHand()));
    behind.late.to(app.sink('late', readByHand()));
  });
  const driver = testDriver(calls);
  const said = (producer: string, times: readonly number[], promise: number): void => {
    const events = times.map((at, sequence) => ({ kind: 'event', producer, epoch: 1, sequence, value: { at } }) as const);
    driver.source('calls').send(...events, { kind: 'heartbeat', producer, epoch: 1, sequence: times.length - 1, promise });
  };
  said('h', [1000, 9200, 9900], 30_000);
  said('g', [5000], 5500);
  driver.decide('calls', { kind: 'lost', producer: 'g', until: 9000, evidence: 'declared', by: 'Ada', reason: 'gone' });
  expect(driver.sink('rows').rows()).toEqual(['0: 2 declared', '6000: 1 declared']);
  expect(driver.sink('late').rows()).toEqual([]);
});
