import fc from 'fast-check';
import { expect, test } from 'vitest';
import { pipeline } from '../../stream/pipeline.ts';
import type { Program, Tables } from '../../stream/program.ts';
import { type TestDriver, testDriver } from '../../testing/driver.ts';
import { type PartitionSaid, type ProducerStory, producerStories } from '../../testing/fixture-producers.ts';
import { RUNS, RUNS_ON_DISK } from '../../testing/fixture-scenario.ts';
import { fedByHand, readByHand } from '../../testing/fixture-source.ts';
import type { Decision } from '../../task/decision.ts';
import { PLACES } from '../../port/fixture-places.ts';
import { type Completed, type Content, completed } from '../../testing/reference/completed.ts';
import { sequences } from '../completeness.ts';
import { seconds } from '../duration.ts';
import { tumbling } from '../windowing.ts';
import type { Message } from './message.ts';

const SIZE_MS = 5;

function program({ partitions, policies }: ProducerStory): Program {
  return pipeline('numbered', (app) => {
    const complete = sequences({ ...policies, silentAfter: seconds(1) });
    // A window a partition, so that each closes with its own frontier, is not to be had: one partition's rows are compared.
    app
      .source('events', fedByHand<Message<Content>>(partitions), { time: ({ time }) => time, complete })
      .window(tumbling(SIZE_MS))
      .count({ name: 'counts' })
      .final()
      .map(({ window, value, evidence }) => `${window?.start}: ${value} ${evidence.join()}`)
      .to(app.sink('rows', readByHand()));
  });
}

function carryOut(driver: TestDriver<Tables>, said: PartitionSaid): void {
  const { partition } = said;
  if ('message' in said) driver.source('events').sendBatch([said.message], { partition });
  else if ('decision' in said) driver.decide('events', said.decision, partition);
  else driver.source('events').end();
}

/** What the engine says of a partition, in the words of the reference. */
function found(driver: TestDriver<Tables>, partition: number, rows: readonly unknown[]): Omit<Completed, 'unexplained'> {
  const status = driver.status().sources['events']?.[partition];
  const numbered = status?.numbered;
  if (status === undefined || numbered === undefined) throw new Error('the partition has no producers');
  const { events, controls, repeated, contradictions, belowFrontier, producers, held } = numbered;
  // Counts are conserved: every record is one of these.
  expect(events + controls + repeated + contradictions + status.bad).toBe(status.records);
  const missing = driver.missing().filter((one) => one.partition === partition);
  return {
    frontier: status.frontier,
    counts: { events, controls, repeated, contradictions, belowFrontier, bad: status.bad },
    states: Object.fromEntries(producers.map(({ producer, state }) => [producer, state])),
    missing: missing.map(({ source: _s, partition: _p, ...one }) => ('since' in one ? (({ since: _, ...rest }) => rest)(one) : one)),
    held: held === undefined ? 0 : held.others + 1,
    rows: rows as readonly string[],
  };
}

function expected(story: ProducerStory, done: number, partition: number): Completed {
  const history = story.history.slice(0, done).filter((said) => said.partition === partition);
  const whole = completed(history, story.policies, SIZE_MS);
  expect(whole.unexplained).toEqual([]);
  return whole;
}

/** Compares after every step; the rows where there is one partition, whose frontier is that of the windows. */
function compare(driver: TestDriver<Tables>, story: ProducerStory, done: number, isDurable: boolean): void {
  for (let partition = 0; partition < story.partitions; partition += 1) {
    const { unexplained: _, rows, ...rest } = expected(story, done, partition);
    const isCommitted = !isDurable && story.partitions === 1;
    const known = isCommitted ? rows : [];
    expect(found(driver, partition, isCommitted ? driver.sink('rows').rows() : [])).toEqual({ ...rest, rows: known });
  }
}

test('at every step what is missing, where the frontier stands and who is in which state is what the whole history says', () => {
  const property = fc.property(producerStories(), (story) => {
    const driver = testDriver(program(story));
    story.history.forEach((said, at) => {
      carryOut(driver, said);
      compare(driver, story, at + 1, false);
    });
  });
  fc.assert(property, { numRuns: RUNS });
});

test('in one batch it comes to the same', () => {
  const property = fc.property(producerStories(), (story) => {
    const driver = testDriver(program({ ...story, partitions: 1 }));
    const alone = { ...story, partitions: 1, history: story.history.filter((said) => said.partition === 0 && 'message' in said) };
    driver.source('events').sendBatch(alone.history.map((said) => ('message' in said ? said.message : undefined)));
    compare(driver, alone, alone.history.length, false);
  });
  fc.assert(property, { numRuns: RUNS });
});

test('when the input ends what is missing is in doubt from the promise before it on, also where a person has to decide first', () => {
  const property = fc.property(producerStories(), fc.boolean(), (story, crashes) => {
    const last = story.history.reduce((most, said) => ('decision' in said && said.decision.kind === 'resolved' ? Math.max(most, said.decision.until) : most), 0);
    const resolved = (hold: number): Decision => ({ kind: 'resolved', hold, choice: 'discard', until: last, by: 'Ada', reason: 'it is over' });
    const alone = { ...story, partitions: 1, history: story.history.filter(({ partition }) => partition === 0) };
    const driver = testDriver(program(alone), { durable: crashes });
    const happens = (said: PartitionSaid): void => {
      carryOut(driver, said);
      if (crashes) driver.commit();
      if (crashes) driver.crash();
    };
    for (const said of alone.history) happens(said);
    const history: PartitionSaid[] = [...alone.history];
    for (let said: PartitionSaid | undefined = { partition: 0, end: true }; said !== undefined; ) {
      history.push(said);
      happens(said);
      expect(driver.sink('rows').rows()).toEqual(expected({ ...alone, history }, history.length, 0).rows);
      const waits = driver.holds().find(({ reason }) => reason === 'contradiction');
      said = waits === undefined ? undefined : { partition: 0, decision: resolved(waits.id) };
    }
    expect(driver.status().sources['events']).toMatchObject([{ frontier: Infinity }]);
  });
  fc.assert(property, { numRuns: RUNS });
});

const toStore = fc.array(fc.constantFrom('nothing', 'commit', 'crash'), { minLength: 100, maxLength: 200 });

function throughCrashes(driver: TestDriver<Tables>, story: ProducerStory, what: (at: number) => string): void {
  story.history.forEach((said, at) => {
    carryOut(driver, said);
    if (what(at) !== 'nothing') driver.commit();
    if (what(at).includes('crash')) driver.crash();
    compare(driver, story, at + 1, true);
  });
  driver.commit();
  if (story.partitions === 1) expect(driver.sink('rows').rows()).toEqual(expected(story, story.history.length, 0).rows);
}

test('through commits and crashes it comes to the same', () => {
  const property = fc.property(producerStories(), toStore, (story, done) => {
    throughCrashes(testDriver(program(story), { durable: true }), story, (at) => done[at % done.length] ?? 'nothing');
  });
  fc.assert(property, { numRuns: RUNS });
});

test('opened again after every commit it comes to the same', () => {
  const property = fc.property(producerStories(), (story) => {
    throughCrashes(testDriver(program(story), { durable: true }), story, () => 'commit and crash');
  });
  fc.assert(property, { numRuns: Math.ceil(RUNS / 4) });
});

test('on disk it comes to the same', () => {
  const newPlace = PLACES.find(([kind]) => kind === 'lmdb')?.[1];
  if (newPlace === undefined) throw new Error('there is no LMDB backend');
  const property = fc.property(producerStories(), toStore, (story, done) => {
    const place = newPlace();
    const driver = testDriver(program(story), { durable: true, backend: () => place.open() });
    try {
      throughCrashes(driver, story, (at) => done[at % done.length] ?? 'nothing');
    } finally {
      driver.close();
      place.remove();
    }
  });
  fc.assert(property, { numRuns: RUNS_ON_DISK });
});

test('the log of decisions and the events make the same again', () => {
  const property = fc.property(producerStories(), (story) => {
    const first = testDriver(program(story), { durable: true });
    for (const said of story.history) carryOut(first, said);
    first.commit();
    const again = testDriver(program(story), { durable: true });
    const messages = Array.from({ length: story.partitions }, (_, p) => story.history.flatMap((said) => (said.partition === p && 'message' in said ? [said.message] : [])));
    const decisions = first.decisions();
    for (const { partition, at, decision } of [...decisions, undefined].map((one) => one ?? { partition: -1, at: messages.map(({ length }) => length), decision: undefined })) {
      messages.forEach((list, p) => {
        const read = again.status().sources['events']?.[p]?.records ?? 0;
        if ((at[p] as number) > read) again.source('events').sendBatch(list.slice(read, at[p]), { partition: p });
      });
      // Holds are numbered in the order in which they begin, over all partitions: where one began, the log says too.
      const place = partition ?? 0;
      const taken = at[place] as number;
      if (decision?.kind === 'contradiction') again.source('events').sendBatch((messages[place] ?? []).slice(taken, taken + 1), { partition: place });
      else if (decision !== undefined) again.decide('events', decision, place);
    }
    again.commit();
    const { commit: _, ...status } = again.status();
    const holds = ({ sources }: Pick<typeof status, 'sources'>): unknown => JSON.parse(JSON.stringify(sources, (name, value: unknown) => (name === 'since' ? 0 : value)));
    expect(holds(status)).toEqual(holds(first.status()));
    if (story.partitions === 1) expect(again.sink('rows').rows()).toEqual(first.sink('rows').rows());
  });
  fc.assert(property, { numRuns: RUNS });
});
