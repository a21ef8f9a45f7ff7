import type { Decision } from '../../task/decision.ts';
import type { Message } from '../../time/producers/message.ts';
import type { MissingOfPartition } from '../../time/producers/missing.ts';
import { type Epoch, type Producer, gaps, isEnded, isGapped, latest, newProducer, promised, stateOf } from './heard.ts';

/*
 * What a partition of numbered messages comes to, counted anew with sets: the oracle of `sequences`. It shares no
 * code with the engine, and is meant to be obviously right.
 */

/** What happened to a partition, in order; a value is its event's time and a content. */
export type Said = { readonly message: Message<Content> } | { readonly decision: Decision } | { readonly end: true };

export interface Content {
  readonly time: number;
  readonly text: string;
}

interface Doubt {
  readonly producer: string;
  readonly from: number;
  to: number;
  readonly on: string;
}

export interface Policies {
  readonly roster: readonly string[];
  readonly onSilent: 'wait' | 'assume' | 'hold';
  readonly onUnknown: 'join' | 'bad';
}

export interface Completed {
  readonly frontier: number;
  readonly counts: { events: number; controls: number; repeated: number; contradictions: number; belowFrontier: number; bad: number };
  readonly states: Readonly<Record<string, string>>;
  readonly missing: readonly object[];
  readonly held: number;
  /** Closed windows that have events, with the evidence. */
  readonly rows: readonly string[];
  /** Events below the frontier whose producer was neither away nor new: there must be none. */
  readonly unexplained: readonly Content[];
}

export function completed(history: readonly Said[], { roster, onSilent, onUnknown }: Policies, sizeMs: number): Completed {
  const producers = new Map<string, Producer>(roster.map((name) => [name, newProducer()]));
  const counts = { events: 0, controls: 0, repeated: 0, contradictions: 0, belowFrontier: 0, bad: 0 };
  const seen: string[] = [];
  const holds: { id: number; reason: 'silent' | 'contradiction'; producer: string; message?: Message<Content> }[] = [];
  const doubts: Doubt[] = [];
  const windows = new Map<number, number>();
  const rows: string[] = [];
  const unexplained: Content[] = [];
  let frontier = -1;
  let ids = 0;
  let ended = false;

  const least = (): number => Math.min(Infinity, ...[...producers.values()].map((one) => (one.assumed ? Infinity : promised(one))));

  const close = (to: number): void => {
    if (to <= frontier) return;
    frontier = to;
    for (const start of [...windows.keys()].toSorted((a, b) => a - b)) {
      if (start + sizeMs > to) continue;
      const on = new Set(doubts.filter((doubt) => doubt.from < doubt.to && doubt.from < start + sizeMs && doubt.to > start).map((doubt) => doubt.on));
      if (ended) on.add('ended');
      rows.push(`${start}: ${windows.get(start)} ${on.size === 0 ? 'proved' : ['ended', 'assumed', 'declared'].filter((name) => on.has(name)).join()}`);
      windows.delete(start);
    }
  };
  const move = (): void => {
    if (ended && holds.every(({ reason }) => reason === 'silent')) {
      for (const [producer, one] of producers) if (isGapped(one)) doubts.push({ producer, from: promised(one), to: Infinity, on: 'assumed' });
      close(Infinity);
      return;
    }
    if (holds.length === 0 && least() !== Infinity) close(least());
  };
  const push = (value: Content): void => {
    const start = Math.floor(value.time / sizeMs) * sizeMs;
    if (start + sizeMs > frontier) windows.set(start, (windows.get(start) ?? 0) + 1);
  };
  const lift = (producer: string): void => {
    const at = holds.findIndex((hold) => hold.producer === producer && hold.reason === 'silent');
    if (at >= 0) holds.splice(at, 1);
  };
  const assume = (name: string): void => {
    const one = producers.get(name) as Producer;
    if (one.assumed) return;
    if (promised(one) !== Infinity) doubts.push({ producer: name, from: promised(one), to: Infinity, on: 'assumed' });
    one.assumed = true;
    for (const epoch of one.epochs) epoch.passed = true;
  };
  const lose = (name: string, at: number, on: string): void => {
    const one = producers.get(name);
    if (one === undefined) return;
    const from = promised(one);
    for (const doubt of doubts) if (one.assumed && doubt.producer === name && doubt.to === Infinity) doubt.to = Math.max(at, doubt.from);
    if (from !== Infinity) doubts.push({ producer: name, from, to: at, on });
    for (const epoch of one.epochs) {
      epoch.passed = true;
      if (!isEnded(epoch)) epoch.lost = true;
    }
    Object.assign(one, { lost: true, lostAt: at, lostOn: on, silent: false, assumed: false });
    lift(name);
  };
  const epochOf = ({ epochs }: Producer, number: number): Epoch => {
    const known = epochs.find((epoch) => epoch.number === number);
    if (known !== undefined) return known;
    const epoch: Epoch = { number, got: new Map(), claimed: -1, last: undefined, closed: false, lost: false, promises: [], previous: undefined, since: frontier, passed: false };
    epochs.push(epoch);
    return epoch;
  };

  /** Why a message contradicts what was said before; what it adds to what is known, where it does not. */
  const contradicts = (one: Producer, epoch: Epoch, message: Message<Content>): boolean => {
    const { previous, sequence } = message;
    const isNamed = previous === undefined || (epoch.previous?.epoch === previous.epoch && epoch.previous.sequence === previous.sequence);
    if (!isNamed) {
      if (epoch.previous !== undefined) return true;
      epoch.previous = previous;
      const named = epochOf(one, previous.epoch);
      if (named.last !== undefined ? named.last !== previous.sequence : named.claimed > previous.sequence) return true;
      named.last = previous.sequence;
      named.claimed = Math.max(named.claimed, previous.sequence);
    }
    if (message.kind === 'close') return (epoch.last !== undefined && epoch.last !== sequence) || epoch.claimed > sequence;
    if (epoch.last !== undefined && sequence > epoch.last) return true;
    if (message.kind === 'heartbeat') return false;
    const there = epoch.got.get(sequence);
    // Contents are compared in the latest epoch.
    if (there !== undefined) return epoch === latest(one) && there !== JSON.stringify(message.value);
    const before = [...one.epochs.filter(({ number }) => number < epoch.number).flatMap(({ promises }) => promises), ...epoch.promises.filter(([after]) => after < sequence)];
    if (!before.some(([, promise]) => message.value.time < promise)) return false;
    epoch.got.set(sequence, JSON.stringify(message.value));
    epoch.claimed = Math.max(epoch.claimed, sequence);
    return true;
  };

  const take = (message: Message<Content>): void => {
    const { producer: name, sequence } = message;
    let one = producers.get(name);
    if (one === undefined && onUnknown === 'bad') {
      counts.bad += 1;
      return;
    }
    if (one === undefined) producers.set(name, (one = newProducer()));
    const epoch = epochOf(one, message.epoch);
    const isThere = message.kind === 'event' && epoch.got.has(sequence);
    if (contradicts(one, epoch, message)) {
      const key = JSON.stringify(message);
      if (seen.includes(key)) counts.repeated += 1;
      else {
        seen.push(key);
        counts.contradictions += 1;
        ids += 1;
        holds.push({ id: ids, reason: 'contradiction', producer: name, message });
      }
      return;
    }
    if (isThere) {
      counts.repeated += 1;
      return;
    }
    const wasFrontier = frontier;
    epoch.claimed = Math.max(epoch.claimed, sequence);
    if (message.kind === 'event') epoch.got.set(sequence, JSON.stringify(message.value));
    if (message.kind === 'heartbeat') epoch.promises.push([sequence, message.promise]);
    if (message.kind === 'close') {
      epoch.last = sequence;
      epoch.closed = true;
    }
    if (message.kind === 'event') {
      counts.events += 1;
      if (message.value.time < wasFrontier) {
        counts.belowFrontier += 1;
        if (!epoch.passed && message.value.time >= epoch.since) unexplained.push(message.value);
      }
      push(message.value);
    } else counts.controls += 1;
    one.silent = false;
    lift(name);
    if (one.assumed) {
      one.assumed = false;
      for (const doubt of doubts) if (doubt.producer === name && doubt.to === Infinity) doubt.to = Math.max(frontier, doubt.from);
    }
    if (one.lost && epoch === latest(one)) {
      doubts.push({ producer: name, from: one.lostAt, to: frontier, on: one.lostOn });
      one.lost = false;
      epoch.lost = false;
    }
  };

  const decide = (decision: Decision): void => {
    if (decision.kind === 'silent') {
      const one = producers.get(decision.producer);
      if (one === undefined || one.silent) return;
      one.silent = true;
      if (onSilent === 'assume') assume(decision.producer);
      if (onSilent === 'hold') {
        ids += 1;
        holds.push({ id: ids, reason: 'silent', producer: decision.producer });
      }
    } else if (decision.kind === 'lost') lose(decision.producer, decision.until, decision.evidence);
    else if (decision.kind === 'resolved') {
      const at = holds.findIndex(({ id }) => id === decision.hold);
      const hold = holds[at];
      const { choice } = decision;
      if (hold === undefined || (hold.reason === 'silent' && (choice === 'accept' || choice === 'discard'))) return;
      if (choice === 'wait' && hold.reason === 'contradiction') return;
      holds.splice(at, 1);
      if (choice === 'declare-lost') lose(hold.producer, decision.until, 'declared');
      if (hold.reason === 'silent') {
        if (choice === 'proceed') assume(hold.producer);
        return;
      }
      const one = producers.get(hold.producer) as Producer;
      const message = hold.message as Message<Content>;
      const epoch = epochOf(one, message.epoch);
      if (message.kind === 'event' && (epoch.last === undefined || message.sequence <= epoch.last)) {
        if (!epoch.got.has(message.sequence)) epoch.got.set(message.sequence, '');
        epoch.claimed = Math.max(epoch.claimed, message.sequence);
      }
      if (choice === 'proceed') {
        const from = message.kind === 'event' ? Math.min(message.value.time, frontier) : frontier;
        doubts.push({ producer: hold.producer, from, to: Math.max(frontier, promised(one) === Infinity ? frontier : promised(one)), on: 'assumed' });
      }
      if (choice === 'accept' && message.kind === 'event') push(message.value);
    }
  };

  for (const said of history) {
    if ('message' in said) take(said.message);
    else if ('decision' in said) decide(said.decision);
    else ended = true;
    move();
  }

  const missing = [...producers].flatMap(([producer, one]): (object | MissingOfPartition)[] => {
    const state = stateOf(one);
    if (state === 'expected') return [{ what: 'expected', producer }];
    const last = latest(one);
    const epochs = one.epochs.toSorted((a, b) => a.number - b.number);
    return [
      ...epochs.filter((epoch) => gaps(epoch).length > 0).map((epoch) => ({ what: 'sequences', producer, epoch: epoch.number, ranges: rangesOf(gaps(epoch)), lost: epoch.lost })),
      ...epochs.filter((epoch) => epoch !== last && epoch.last === undefined).map(({ number, claimed: known, lost }) => ({ what: 'epoch', producer, epoch: number, known, lost })),
      ...(state === 'silent' ? [{ what: 'silent', producer }] : []),
    ];
  });
  const states = Object.fromEntries([...producers].map(([name, one]) => [name, stateOf(one)]));
  return { frontier, counts, states, missing, held: holds.length, rows, unexplained };
}

function rangesOf(numbers: readonly number[]): readonly (readonly [number, number])[] {
  const starts = numbers.filter((n) => !numbers.includes(n - 1));
  const ends = numbers.filter((n) => !numbers.includes(n + 1));
  return starts.map((start, i) => [start, ends[i] as number] as const);
}
