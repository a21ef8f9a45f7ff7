import type { Message } from '../../time/producers/message.ts';
import type { Chance } from './chance.ts';
import type { Fortune } from './fortune.ts';
import type { OnItsWay } from './input.ts';

/** How many producers there are where no roster says so. */
const PRODUCERS = ['producer-1', 'producer-2', 'producer-3'];
/** One of how many events is followed by a heartbeat, and how long a message may be under way, in ms. */
const HEARTBEAT_ONE_IN = 4;
const UNDER_WAY_MS_MAX = 2_000;
/** One of how many events finds its producer started anew. */
const RESTART_ONE_IN = 20;

interface Event {
  readonly row: unknown;
  readonly time: number;
  readonly partition: number;
}

/** A producer, by partition. */
interface Sender {
  readonly name: string;
  epoch: number;
  next: number[];
  previous: readonly number[] | undefined;
}

/**
 * The events as messages of producers that number them: in any order, some of them twice, from producers that
 * start again. Nothing is lost: a producer keeps what it sends until it has arrived. Each says goodbye.
 */
export function messagesOf(
  events: readonly Event[],
  { roster, partitions }: { readonly roster: readonly string[]; readonly partitions: number },
  chance: Chance,
  fortune: Fortune,
): readonly (readonly OnItsWay[])[] {
  const names = roster.length === 0 ? PRODUCERS : roster;
  const senders = names.map((name): Sender => ({ name, epoch: 0, next: Array.from({ length: partitions }, () => 0), previous: undefined }));
  const owners = events.map(() => chance.pick(senders));
  const out: OnItsWay[][] = Array.from({ length: partitions }, () => []);
  const send = (partition: number, row: Message<unknown>, time: number): void => {
    const list = out[partition] as OnItsWay[];
    const wait = (): number => (fortune.strikes('reordered') ? fortune.amount('reordered', 0, UNDER_WAY_MS_MAX) : 0);
    list.push({ row, time, at: time + wait() });
    if (fortune.strikes('duplicate')) list.push({ row, time, at: time + fortune.amount('duplicate', 0, UNDER_WAY_MS_MAX) });
  };
  const toAll = (sender: Sender, time: number, message: (partition: number) => Message<unknown>): void => {
    for (let p = 0; p < partitions; p += 1) send(p, message(p), time);
  };
  events.forEach(({ row, time, partition }, i) => {
    const sender = owners[i] as Sender;
    const heartbeat = (promise: number) => (p: number): Message<unknown> => ({ kind: 'heartbeat', ...headOf(sender, p), sequence: (sender.next[p] as number) - 1, promise });
    if (chance.oneIn(RESTART_ONE_IN)) {
      sender.previous = sender.next.map((next) => next - 1);
      sender.epoch += 1;
      sender.next = sender.next.map(() => 0);
      toAll(sender, time, heartbeat(time));
    }
    send(partition, { kind: 'event', ...headOf(sender, partition), sequence: sender.next[partition] as number, value: row }, time);
    sender.next[partition] = (sender.next[partition] as number) + 1;
    if (chance.oneIn(HEARTBEAT_ONE_IN)) toAll(sender, time, heartbeat(time));
  });
  const end = events.at(-1)?.time ?? 0;
  for (const sender of senders) toAll(sender, end, (p) => ({ kind: 'close', ...headOf(sender, p), sequence: (sender.next[p] as number) - 1 }));
  return out;
}

function headOf({ name, epoch, previous }: Sender, partition: number): Pick<Message<unknown>, 'producer' | 'epoch' | 'previous'> {
  return { producer: name, epoch, ...(previous !== undefined && { previous: { epoch: epoch - 1, sequence: previous[partition] as number } }) };
}
