import { afterEach, describe, expect, test } from 'vitest';
import { PLACES, type Place } from '../port/fixture-places.ts';
import { key, keyRange, OUTBOX } from '../store/key.ts';
import { takeEpoch } from '../store/meta.ts';
import { Journal } from './journal.ts';

const places: Place[] = [];

afterEach(() => {
  for (const place of places.splice(0)) place.remove();
});

describe.each(PLACES)('on %s', (_, newPlace) => {
  const made = (): Place => {
    const place = newPlace();
    places.push(place);
    return place;
  };
  const opened = (place: Place, partitions = 1, name = 'p'): Journal => {
    const backend = place.open();
    try {
      return new Journal(backend, name, partitions, 100);
    } catch (error) {
      backend.close();
      throw error;
    }
  };

  test('what was added is found again, in order, with the numbers; what was delivered is gone with the next addition', () => {
    const place = made();
    const journal = opened(place, 2);
    expect([journal.epoch, journal.previous, journal.promised]).toEqual([100, [undefined, undefined], 0]);
    const [a] = journal.add({ texts: [['a0', 'a1'], ['b0']], lasts: [1, 0], promised: 7 });
    journal.add({ texts: [['a2'], []], lasts: [2, 0], promised: 8 });
    if (a !== undefined) journal.delivered(a);
    journal.close();

    const again = opened(place, 2);
    expect(again.restored.map(({ partition, texts }) => [partition, texts])).toEqual([
      [0, ['a0', 'a1']],
      [0, ['a2']],
      [1, ['b0']],
    ]);
    expect([again.epoch, again.promised]).toEqual([101, 8]);
    expect(again.previous).toEqual([
      { epoch: 100, sequence: 2 },
      { epoch: 100, sequence: 0 },
    ]);
    for (const block of again.restored) again.delivered(block);
    again.add({ texts: [[], []], lasts: [-1, -1], promised: 8 });
    again.close();
    const empty = opened(place, 2);
    expect(empty.restored).toEqual([]);
    expect(empty.previous[0]).toEqual({ epoch: 101, sequence: -1 });
    empty.close();
  });

  test('a block that has vanished shows, and so does one that is damaged', () => {
    const place = made();
    const journal = opened(place);
    for (let i = 0; i < 3; i += 1) journal.add({ texts: [[`a${i}`]], lasts: [i], promised: 0 });
    journal.close();
    const backend = place.open();
    const [, [, bytes]] = [...backend.range(...keyRange(OUTBOX, 0))] as [unknown, [Uint8Array, Uint8Array]];
    backend.transact((txn) => txn.put(key(OUTBOX, 0, 1), bytes.with(bytes.length - 1, (bytes.at(-1) as number) ^ 1)));
    backend.close();
    expect(() => opened(place)).toThrow(/block 1 of partition 0 in the journal of 'p' is damaged: its checksum/);
    const other = place.open();
    other.transact((txn) => txn.delete(key(OUTBOX, 0, 1)));
    other.close();
    expect(() => opened(place)).toThrow("partition 0 in the journal of 'p' is damaged: its count of blocks is 2 (2), expected 3 (3)");
  });

  test('it is refused where it is of another producer, of a program, or holds messages for a partition that is gone', () => {
    const place = made();
    const journal = opened(place, 2);
    journal.add({ texts: [[], ['b0']], lasts: [-1, 0], promised: 0 });
    journal.close();
    expect(() => opened(place, 2, 'q')).toThrow("the journal of 'q' cannot be used: it is that of 'p'");
    expect(() => opened(place, 1)).toThrow('it is holding messages for partition 1, and there are 1 partitions');
    const program = made();
    const backend = program.open();
    takeEpoch(backend);
    backend.close();
    expect(() => opened(program)).toThrow('it is the store of a program');
  });
});

test('whoever opened it last owns it', () => {
  const [, newPlace] = PLACES[0] as (typeof PLACES)[number];
  const place = newPlace();
  const former = new Journal(place.open(), 'p', 1, 100);
  former.add({ texts: [['a']], lasts: [0], promised: 0 });
  const latter = new Journal(place.open(), 'p', 1, 100);
  latter.add({ texts: [['b']], lasts: [0], promised: 0 });
  expect(() => former.add({ texts: [['c']], lasts: [1], promised: 0 })).toThrow(/taken over by another task \(epoch 101; this one has 100\)/);
});
