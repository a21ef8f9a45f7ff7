import type { Message } from '../../time/producers/message.ts';
import type { Made, Scenario } from '../fixture-scenario.ts';
import { type Completed, type Said, completed } from '../reference/completed.ts';
import { type Action, isEventTime } from '../reference/record.ts';
import type { Fact, Recorded, Step } from '../reference/recorded.ts';

/*
 * The same run with producers that number what they send: every event is a message of one of them, and what
 * moved a frontier by an assumption is now promised. They start again with a new epoch, send again what they
 * have sent, leave gaps that are filled later, or, where the input does not end, never, and join late: whoever
 * is not on the roster and comes behind the frontier is late.
 */

/** Expected from the beginning; the others join. */
export const ROSTER: readonly string[] = ['p0'];
const POLICIES = { roster: ROSTER, onSilent: 'wait', onUnknown: 'join' } as const;

/** Events with these ids come from a producer that has started again just before, or whose message is on its way for long. */
const RESTARTING = 'id9';
const WITHHELD = 'id8';

interface Sender {
  readonly name: string;
  epoch: number;
  /** By partition. */
  readonly next: number[];
  readonly promised: number[];
  previous: readonly number[] | undefined;
}

type Sent = Action<Made>;

/** A scenario whose events are messages; heartbeats are events too, to whom feeds them. */
export function numberedScenario(scenario: Scenario, producers: number): Scenario {
  const { sources, partitions, boundMs, actions } = scenario;
  const senders = new Map(sources.map((source) => [source, Array.from({ length: producers }, (_, i) => senderOf(`p${i}`, partitions))]));
  const sent = new Map<Made, Sent>();
  const withheld: Sent[] = [];
  /** What the new epochs have to say in each partition of how the one before has ended. */
  const begun: Sent[] = [];
  /** Of all that were heard of, on all partitions; what is withheld comes before the next promise but one. */
  const promise = (source: string, to: number, put: (one: Sent) => void): void => {
    const due = withheld.splice(0, withheld.length - 1);
    for (const sender of senders.get(source) ?? []) for (let p = 0; p < partitions; p += 1) put(heartbeat(source, sender, p, to));
    for (const one of due) put(one);
  };
  const out: { readonly action: Sent; readonly from: number }[] = [];
  actions.forEach((action, from) => {
    const put = (one: Sent): void => void out.push({ action: one, from });
    if (action.kind === 'end') {
      // Behind a gap, or an epoch of which nobody says how it ended, an end is in doubt; steps here rest on one evidence.
      for (const one of [...withheld.splice(0), ...begun.splice(0)]) put(one);
      return put(action);
    }
    const { source, partition } = action;
    const all = senders.get(source) as Sender[];
    if (action.kind === 'promise') {
      promise(source, action.to, put);
      for (const one of withheld.splice(0)) put(one);
      return;
    }
    const { value } = action;
    const former = sent.get(value);
    if (former !== undefined) return put(former);
    const sender = all[Math.abs(value.n) % all.length] as Sender;
    if (value.id === RESTARTING) {
      restart(sender);
      for (let p = 0; p < partitions; p += 1) begun.push(heartbeat(source, sender, p, 0));
    }
    const message = eventOf(source, sender, partition, value);
    sent.set(value, message);
    if (value.id === WITHHELD) withheld.push(message);
    else put(message);
    if (value.n % 2 === 0) promise(source, value.time - boundMs, put);
  });
  return {
    ...scenario,
    actions: out.map(({ action }) => action),
    toStore: out.map(({ from }) => scenario.toStore[from] ?? 'nothing'),
    joins: out.map(({ from }) => scenario.joins[from] ?? false),
  };
}

const senderOf = (name: string, partitions: number): Sender => ({ name, epoch: 0, next: Array.from({ length: partitions }, () => 0), promised: Array.from({ length: partitions }, () => 0), previous: undefined });

function restart(sender: Sender): void {
  sender.previous = sender.next.map((next) => next - 1);
  sender.epoch += 1;
  sender.next.fill(0);
}

function headOf({ name, epoch, previous }: Sender, partition: number): Pick<Message<Made>, 'producer' | 'epoch' | 'previous'> {
  return { producer: name, epoch, ...(previous !== undefined && { previous: { epoch: epoch - 1, sequence: previous[partition] as number } }) };
}

function eventOf(source: string, sender: Sender, partition: number, made: Made): Sent {
  const sequence = sender.next[partition] as number;
  sender.next[partition] = sequence + 1;
  // It keeps its promise.
  const value = { ...made, time: Math.max(made.time, sender.promised[partition] as number) };
  return sentOf(source, partition, { kind: 'event', ...headOf(sender, partition), sequence, value });
}

function heartbeat(source: string, sender: Sender, partition: number, promise: number): Sent {
  sender.promised[partition] = Math.max(sender.promised[partition] as number, promise);
  const sequence = (sender.next[partition] as number) - 1;
  return sentOf(source, partition, { kind: 'heartbeat', ...headOf(sender, partition), sequence, promise: sender.promised[partition] as number });
}

/** Who feeds a scenario does not look into its events. */
function sentOf(source: string, partition: number, message: Message<Made>): Sent {
  return { kind: 'event', source, partition, value: message as unknown as Made };
}

export const messageOf = (value: Made): Message<Made> => value as unknown as Message<Made>;

/** What a numbered source gives: an event once, and a frontier that is proved. As a batch: with no frontier before the end. */
export function recordNumbered(actions: readonly Action<Made>[], name: string, partitions: number, asBatch: boolean): Recorded<Made> {
  const histories = Array.from({ length: partitions }, (): Said[] => []);
  const frontiers = Array.from({ length: partitions }, () => -1);
  const events = Array.from({ length: partitions }, () => 0);
  const out: (Fact<Made> | Step)[] = [];
  let frontier = -1;
  let ended = 0;
  const moved = (at: number, partition: number, offset: number, to: number): void => {
    frontiers[partition] = Math.max(frontiers[partition] as number, to);
    if (to === Infinity) ended += 1;
    const least = Math.min(...frontiers);
    if (least <= frontier) return;
    frontier = least;
    const evidence = ended === 0 ? (['proved'] as const) : ended === partitions ? (['ended'] as const) : (['proved', 'ended'] as const);
    out.push({ kind: 'step', at, to: least, evidence, by: { source: name, partition, offset } });
  };
  actions.forEach((action, at) => {
    if (action.source !== name) return;
    if (action.kind === 'end') for (let p = 0; p < partitions; p += 1) moved(at, p, (histories[p] as Said[]).length, Infinity);
    if (action.kind !== 'event') return;
    const { partition } = action;
    const history = histories[partition] as Said[];
    const offset = history.length;
    const message = messageOf(action.value);
    history.push(saidOf(message));
    const known = completed(history, POLICIES, 1);
    if (known.counts.events > (events[partition] as number) && message.kind === 'event') {
      events[partition] = known.counts.events;
      if (isEventTime(message.value.time)) out.push({ kind: 'fact', at, value: message.value, time: message.value.time, cause: { kind: 'event', source: name, partition, offset } });
    }
    if (!asBatch) moved(at, partition, offset, known.frontier);
  });
  return out;
}

/** What is known of a partition when all is done. */
export function knownOf(actions: readonly Action<Made>[], name: string, partition: number): Completed {
  const history = actions.flatMap((action): Said[] => (action.kind === 'event' && action.source === name && action.partition === partition ? [saidOf(messageOf(action.value))] : []));
  return completed(history, POLICIES, 1);
}

function saidOf(message: Message<Made>): Said {
  if (message.kind !== 'event') return { message };
  const { time, id, key, n } = message.value;
  return { message: { ...message, value: { time, text: `${id} ${key} ${n}` } } };
}
