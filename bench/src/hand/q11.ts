import type { Answer } from '../answer.ts';
import type { NexmarkEvent } from '../nexmark.ts';
import { Heap } from './heap.ts';

const gapMs = 10_000;

type Session = { readonly bidder: number; count: number; last: number; due: number };

/** How many bids each bidder made without a pause of ten seconds; a bid after exactly ten is a new session's. */
export function q11(source: Iterable<readonly NexmarkEvent[]>): Answer {
  let rows = 0;
  let checksum = 0;
  const sessions = new Map<number, Session>();
  const timers = new Heap<Session>((one, other) => one.due < other.due);

  const emit = ({ count }: Session): void => {
    rows++;
    checksum += count;
  };

  // A bid does not move its session's timer; when it fires too early, it is set again. Returns when the next is due.
  const closeUpTo = (time: number): number => {
    let session = timers.first();
    for (; session !== undefined && session.due <= time; session = timers.first()) {
      timers.pop();
      session.due = session.last + gapMs;
      if (session.due > time) {
        timers.push(session);
      } else {
        sessions.delete(session.bidder);
        emit(session);
      }
    }
    return session?.due ?? Infinity;
  };

  let firstDue = Infinity;
  for (const batch of source) {
    for (const event of batch) {
      if (firstDue <= event.time) firstDue = closeUpTo(event.time);
      if (event.kind !== 'bid') continue;
      const session = sessions.get(event.bidder);
      if (session === undefined) {
        const started = { bidder: event.bidder, count: 1, last: event.time, due: event.time + gapMs };
        sessions.set(event.bidder, started);
        timers.push(started);
        if (started.due < firstDue) firstDue = started.due;
      } else {
        session.count++;
        session.last = event.time;
      }
    }
  }
  closeUpTo(Infinity);
  return { rows, checksum };
}
