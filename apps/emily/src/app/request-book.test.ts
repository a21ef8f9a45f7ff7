import fc from 'fast-check';
import { expect, test } from 'vitest';
import { admitted, called, finished, lapsed, refused, someTime } from '../domain/testing/facts.ts';
import { epochMs } from '../domain/names.ts';
import type { UsageMessage } from '../gateway/numbering.ts';
import { TestGateway } from '../gateway/testing/messages.ts';
import { isOfRequest, RequestBook, type RequestBookOptions } from './request-book.ts';

/** A log in memory, and a book over it. */
function stand(options?: RequestBookOptions): { readonly log: UsageMessage[]; readonly book: RequestBook; readonly gateway: TestGateway; readonly reads: number[] } {
  const log: UsageMessage[] = [];
  const reads: number[] = [];
  const read = (from: number): Iterable<UsageMessage> => {
    reads.push(from);
    return log.slice(from);
  };
  return { log, reads, book: new RequestBook({ read, count: () => log.length }, options), gateway: new TestGateway() };
}

const all = (): boolean => true;
const later = (seconds: number) => ({ admittedAt: epochMs(someTime + seconds * 1_000) });
const shown = async (book: RequestBook): Promise<readonly string[]> => (await book.newest(100, all)).map(({ id, outcome }) => `${id} ${outcome}`);

test('each request once, as of its newest fact, the newest admission first; what gateways promise and what replicas do is no request', async () => {
  const { log, book, gateway } = stand();
  const beat = { producer: '', admittedAt: someTime, replica: 'phi-4/0.0', kind: 'replica-left', reason: 'was stopped' } as const;
  log.push(...gateway.facts(...called('r-1'), beat, admitted('r-2', later(2)), refused('r-3', later(3)), lapsed('r-2')), gateway.promise(someTime));
  expect(await shown(book)).toEqual(['r-3 refused', 'r-2 open', 'r-1 completed']);
  log.push(...gateway.facts(finished('r-2', { ...later(2), outcome: 'cancelled' })));
  expect(await shown(book)).toEqual(['r-3 refused', 'r-2 cancelled', 'r-1 completed']);
});

test('it reads on from where it was', async () => {
  const { log, reads, book, gateway } = stand();
  log.push(...gateway.facts(...called('r-1')));
  await shown(book);
  log.push(...gateway.facts(...called('r-2')));
  await Promise.all([shown(book), shown(book)]);
  expect(reads).toEqual([0, 2]);
});

test('an end that came before its admission stays the end, and of two ends the first that is billed counts', async () => {
  const { log, book, gateway } = stand();
  const [begin, end] = called('r-1');
  log.push(...gateway.facts(end, begin, finished('r-1', { outcome: 'lost', provenance: 'none' })));
  expect(await shown(book)).toEqual(['r-1 completed']);
  log.push(...gateway.facts(finished('r-2', { ...later(1), outcome: 'lost', provenance: 'none' }), finished('r-2', later(1))));
  expect(await shown(book)).toEqual(['r-2 completed', 'r-1 completed']);
});

test('so many are kept, the newest; an older one is still found by its id', async () => {
  const { log, book, gateway } = stand({ kept: 2 });
  log.push(...gateway.facts(...[1, 2, 3].flatMap((n) => called(`r-${n}`, later(n)))));
  expect(await shown(book)).toEqual(['r-3 completed', 'r-2 completed']);
  expect((await book.find('r-1')).map(({ sequence, fact }) => [sequence, fact.kind])).toEqual([[0, 'admitted'], [1, 'finished']]);
  expect(await book.find('r-4')).toEqual([]);
});

test('a book that was not looked into for long begins anew near the end of the log, and shows nothing as open whose end it skipped', async () => {
  const { log, book, gateway } = stand({ readMax: 2 });
  log.push(...gateway.facts(admitted('r-1')));
  expect(await shown(book)).toEqual(['r-1 open']);
  log.push(...gateway.facts(finished('r-1'), ...called('r-2', later(2))));
  log.push(...gateway.facts(...called('r-3', later(3))));
  expect(await shown(book)).toEqual(['r-3 completed']);
});

test('only so many messages are looked through for one request, and one search goes on at a time', async () => {
  const { log, book, gateway } = stand({ searchedMax: 5_000 });
  log.push(...gateway.facts(...called('r-old')));
  for (let n = 0; n < 3_000; n += 1) log.push(...gateway.facts(...called(`r-${n}`)));
  expect(await book.find('r-old')).toEqual([]);
  expect((await Promise.all([book.find('r-2999'), book.find('r-2998')])).map((facts) => facts.length)).toEqual([2, 2]);
});

test('whatever stands in the log and wherever it is cut, all facts of a request are found, in the order of the log', async () => {
  await fc.assert(fc.asyncProperty(fc.array(fc.tuple(fc.nat(4), fc.boolean()), { maxLength: 60 }), fc.nat(12_000), async (acts, between) => {
    const { log, book, gateway } = stand();
    const begun = new Set<number>();
    for (const [n, pads] of acts) {
      if (pads && log.length < 20_000) log.push(...Array.from({ length: between }, () => gateway.promise(someTime)));
      // As gateways write them: the admission first, and once.
      log.push(...gateway.facts(begun.has(n) ? finished(`r-${n}`) : admitted(`r-${n}`)));
      begun.add(n);
    }
    for (const n of begun) {
      const expected = log.flatMap((message) => (message.kind === 'event' && isOfRequest(message.value) && message.value.id === `r-${n}` ? [message.sequence] : []));
      expect((await book.find(`r-${n}`)).map(({ sequence }) => sequence)).toEqual(expected);
    }
  }), { numRuns: 40 });
});
