import fc from 'fast-check';
import { expect, test } from 'vitest';
import { type App, type Change, type Stream, outOfOrder, pipeline, revise, tumbling } from '../../src/index.ts';
import { testDriver } from '../../src/testing/index.ts';
import { fedByHand, readByHand } from '../../src/testing/fixture-source.ts';

/**
 * ORACLES, "Internal consistency": transfers between 10 accounts, out of order by up to 10 s; credits and
 * debits summed per account and joined; the total over all accounts must be 0 in every emitted state. Also
 * through an outer join of the two halves of each transfer, and behind a filter by time.
 */

const ACCOUNTS = 10;
const DISORDER_MS = 10_000;
const TRANSFERS_MAX = 80;

interface Transfer {
  readonly id: number;
  readonly time: number;
  readonly from: number;
  readonly to: number;
  readonly amount: number;
}

interface Half {
  readonly transfer: Transfer;
  readonly amount: number;
}

const transfers: fc.Arbitrary<readonly Transfer[]> = fc
  .array(fc.record({ step: fc.nat(3000), behind: fc.nat(DISORDER_MS), from: fc.nat(ACCOUNTS - 1), to: fc.nat(ACCOUNTS - 1), amount: fc.integer({ min: 1, max: 1000 }) }), { maxLength: TRANSFERS_MAX })
  .map((list) => {
    let now = DISORDER_MS;
    return list.map(({ step, behind, from, to, amount }, id): Transfer => {
      now += step;
      return { id, time: now - behind, from, to, amount };
    });
  });

const opened = (app: App): Stream<Transfer> => app.source('transfers', fedByHand<Transfer>(), { time: (t) => t.time, complete: outOfOrder(DISORDER_MS) });

/** Everything a sink gets of a program, and the same again with commits and crashes in between. */
function changesOf<V>(write: (app: App, events: Stream<Transfer>) => void, list: readonly Transfer[]): readonly Change<unknown, V>[] {
  const program = pipeline('transfers', (app) => write(app, opened(app)));
  const once = testDriver(program);
  for (const one of list) once.source('transfers').send(one);
  once.source('transfers').end();
  const again = testDriver(program, { durable: true });
  list.forEach((one, at) => {
    again.source('transfers').send(one);
    if (at % 5 === 3) again.commit();
    if (at % 7 === 4) again.crash();
  });
  again.source('transfers').end();
  again.commit();
  const rows = once.sink('out').rows();
  expect(again.sink('out').rows()).toEqual(rows);
  return rows as readonly Change<unknown, V>[];
}

test('credits less debits, joined over accounts: the total is 0 in every emitted state', () => {
  const property = fc.property(transfers, (list) => {
    const changes = changesOf<number>((app, events) => {
      const credits = events.keyBy((t) => t.to).sum((t) => t.amount, { name: 'credits' });
      const debits = events.keyBy((t) => t.from).sum((t) => t.amount, { name: 'debits' });
      const balances = credits.outerJoin(debits, (credit = 0, debit = 0) => credit - debit, { name: 'balances' });
      balances.groupBy(() => 'all').sum((row) => row.value, { name: 'total' }).to(app.sink('out', readByHand()));
    }, list);
    expect(changes).toHaveLength(list.length);
    expect(changes.filter(({ after }) => after !== 0)).toEqual([]);
  });
  fc.assert(property);
});

test('both halves of a transfer as postings of one stream: the total is 0 in every emitted state', () => {
  const property = fc.property(transfers, (list) => {
    const changes = changesOf<number>((app, events) => {
      const postings = events.flatMap((t) => [{ account: t.to, amount: t.amount }, { account: t.from, amount: -t.amount }]);
      const balances = postings.keyBy((p) => p.account).sum((p) => p.amount, { name: 'balances' });
      balances.groupBy(() => 'all').sum((row) => row.value, { name: 'total' }).to(app.sink('out', readByHand()));
      // The same without a table in between.
      postings.keyBy(() => 'all').sum((p) => p.amount, { name: 'directly' }).to(app.sink('directly', readByHand()));
    }, list);
    expect(changes).toHaveLength(list.length);
    expect(changes.filter(({ after }) => after !== 0)).toEqual([]);
  });
  fc.assert(property);
});

test('an outer join of the two halves of each transfer never shows one half', () => {
  const property = fc.property(transfers, (list) => {
    const changes = changesOf<string>((app, events) => {
      const half = (name: string, sign: number) => events.map((transfer): Half => ({ transfer, amount: sign * transfer.amount })).keyBy((h) => h.transfer.id).toTable({ name });
      const joined = half('credits', 1).outerJoin(half('debits', -1), (credit, debit) => (credit === undefined || debit === undefined ? 'half' : `${credit.amount + debit.amount}`), { name: 'joined' });
      joined.to(app.sink('out', readByHand()));
    }, list);
    expect(changes).toHaveLength(list.length);
    expect(changes.filter(({ after }) => after !== '0')).toEqual([]);
  });
  fc.assert(property);
});

test('behind a filter by time, and in windows that are revised, the total is 0 in every emitted state', () => {
  const property = fc.property(transfers, fc.nat(60_000), fc.boolean(), (list, from, windowed) => {
    const changes = changesOf<number>((app, events) => {
      const recent = events.filter((t) => t.time >= from);
      const sums = (name: string, account: (t: Transfer) => number) => {
        const keyed = recent.keyBy(account);
        return windowed ? keyed.window(tumbling(5000)).sum((t) => t.amount, { name, late: revise({ retain: 20_000 }) }) : keyed.sum((t) => t.amount, { name });
      };
      const balances = sums('credits', (t) => t.to).outerJoin(sums('debits', (t) => t.from), (credit = 0, debit = 0) => credit - debit, { name: 'balances' });
      // Filtered again as a table: by the rows' own times.
      const late = balances.filter((row) => row.window === undefined || row.time >= from + 10_000);
      late.groupBy(() => 'all').sum((row) => row.value, { name: 'total' }).to(app.sink('out', readByHand()));
    }, list);
    expect(changes.filter(({ after }) => after !== undefined && after !== 0)).toEqual([]);
    if (!windowed) expect(changes).toHaveLength(list.filter((t) => t.time >= from).length);
  });
  fc.assert(property);
});
