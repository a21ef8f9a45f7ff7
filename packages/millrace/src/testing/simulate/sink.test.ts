import { expect, test } from 'vitest';
import { encodeRows } from '../../store/rows.ts';
import type { SinkDriver } from '../../task/sink.ts';
import { Chance } from './chance.ts';
import { Fortune } from './fortune.ts';
import { Life } from './life.ts';
import { SimulatedReceiver } from './sink.ts';
import { Timeline } from './timeline.ts';

const CONTEXT = { name: 'out', pipeline: 'p', position: undefined, durable: true };

/** A receiver by which nothing goes wrong, and a way to it. */
async function receiving(): Promise<{ readonly receiver: SimulatedReceiver; give(first: number, ...rows: readonly unknown[]): Promise<void> }> {
  const timeline = new Timeline();
  const receiver = new SimulatedReceiver('out', new Fortune(new Chance(1), new Set(), 0, () => {}));
  const driver: SinkDriver<unknown> = await receiver.spec(new Life(timeline, new Chance(1), () => 0)).open(CONTEXT);
  const give = async (first: number, ...rows: readonly unknown[]): Promise<void> => {
    const given = driver.deliver([{ first, payload: encodeRows(rows) }]);
    while (await timeline.step());
    await given;
  };
  return { receiver, give };
}

test('a row that has not come is missing, unless somebody has given it up', async () => {
  const { receiver, give } = await receiving();
  expect([receiver.missing(0), receiver.missing(1)]).toEqual([undefined, 0]);
  await give(0, 'a', 'b');
  expect([receiver.missing(2), receiver.missing(4)]).toEqual([undefined, 2]);
  receiver.giveUp(2, 4);
  expect([receiver.missing(4), receiver.missing(5)]).toEqual([undefined, 4]);
  await give(4, 'e');
  expect([receiver.missing(5), receiver.problems]).toEqual([undefined, []]);
});

test('a row may come again as it was, not as another, and not before those of lower numbers', async () => {
  const { receiver, give } = await receiving();
  await give(0, 'a', 'b');
  await give(1, 'b', 'c');
  expect(receiver.problems).toEqual([]);
  await give(1, 'B');
  await give(5, 'f');
  expect(receiver.problems).toEqual(["sink 'out' was given its row 1 again, as another", "sink 'out' was given its row 5 before its row 3", "sink 'out' was given its row 5 before its row 4"]);
});
