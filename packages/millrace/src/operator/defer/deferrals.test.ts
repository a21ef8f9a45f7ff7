import { expect, test } from 'vitest';
import { Moment } from '../../task/moment.ts';
import { Deferrals, NONE } from './deferrals.ts';

/** So many events of two keys, one after the other, each leaving before the next but one comes. */
function passing(count: number): Deferrals {
  const deferrals = new Deferrals('d', 1, true);
  const moment = new Moment();
  for (let i = 0; i < count; i += 1) {
    moment.time = i;
    moment.source = 'events';
    moment.offset = i;
    deferrals.add([i % 2 === 0 ? 'a' : `b${i}`], { text: `event ${i}` }, moment);
    for (const row of deferrals.takeNext()) deferrals.wait(row);
    if (i > 0) deferrals.remove(deferrals.oldest);
  }
  return deferrals;
}

test('rows are used again: however many events pass, what is stored is as much as waits at a time', () => {
  const [few, many] = [passing(100), passing(10_000)];
  expect([few.size(), many.size()]).toEqual([1, 1]);
  const [fewBytes, manyBytes] = [few, many].map((one) => one.prepare().payload?.length ?? 0);
  // Times and offsets have more digits in the end.
  expect(manyBytes).toBeLessThan((fewBytes as number) + 32);
});

test('those that wait are in order, all together and by key, whichever leaves first', () => {
  const deferrals = new Deferrals('d', 1, false);
  const moment = new Moment();
  const keys = ['a', 'b', 'a', 'a', 'b'];
  keys.forEach((key, i) => {
    moment.time = 10 - i;
    deferrals.add([key], i, moment);
  });
  const rows: number[] = [];
  while (deferrals.nextTime < Number.POSITIVE_INFINITY) {
    for (const row of deferrals.takeNext()) {
      rows.push(row);
      deferrals.wait(row);
    }
  }
  const eventsOfKey = (row: number): readonly unknown[] => {
    const events: unknown[] = [];
    for (let one = deferrals.firstOfKey(row); one !== NONE; one = deferrals.nextOfKey(one)) events.push(deferrals.eventAt(one));
    return events;
  };
  expect(rows.map((row) => deferrals.eventAt(row))).toEqual([4, 3, 2, 1, 0]);
  const [ofB, ofA] = [rows[0] as number, rows[4] as number];
  expect([eventsOfKey(ofB), eventsOfKey(ofA)]).toEqual([[4, 1], [3, 2, 0]]);
  deferrals.remove(rows[2] as number);
  expect(eventsOfKey(ofA)).toEqual([3, 0]);
  deferrals.remove(rows[1] as number);
  expect([deferrals.leastTime, eventsOfKey(ofA)]).toEqual([6, [0]]);
  deferrals.remove(rows[0] as number);
  expect([deferrals.leastTime, deferrals.size()]).toEqual([9, 2]);
});
