import fc from 'fast-check';
import type { Decision } from '../task/decision.ts';
import type { Message } from '../time/producers/message.ts';
import type { Content, Policies, Said } from './reference/completed.ts';

/** Something that happens to one partition. */
export type PartitionSaid = Said & { readonly partition: number };

export interface ProducerStory {
  readonly partitions: number;
  readonly policies: Policies;
  readonly history: readonly PartitionSaid[];
}

const STEPS_MAX = 40;
/** Decisions about holds may name one that is not there; ids stay small. */
const HOLDS_NAMED = 4;

type Sent = Message<Content> & { readonly partition: number };

/**
 * Producers that send to several partitions, start again, promise and close; and a way between them and the
 * engine that drops, repeats, delays and sends again later. Now and then a producer contradicts itself, and
 * clocks and people decide things.
 */
export function producerStories(): fc.Arbitrary<ProducerStory> {
  const step = fc.record({
    who: fc.nat(3),
    partition: fc.nat(1),
    act: fc.oneof(
      { weight: 12, arbitrary: fc.constant('event') },
      { weight: 6, arbitrary: fc.constant('heartbeat') },
      { weight: 1, arbitrary: fc.constant('close') },
      { weight: 1, arbitrary: fc.constantFrom('restart', 'restart-knowing-nothing', 'restart-skipping') },
      { weight: 1, arbitrary: fc.constantFrom('other-content', 'broken-promise', 'beyond-close') },
      { weight: 2, arbitrary: fc.constantFrom('silent', 'lost', 'resolved') },
    ),
    forward: fc.nat(4),
    way: fc.oneof({ weight: 6, arbitrary: fc.constant('straight') }, { weight: 2, arbitrary: fc.constantFrom('dropped', 'repeated', 'delayed', 'again-later') }),
    by: fc.integer({ min: 1, max: 12 }),
    hold: fc.integer({ min: 1, max: HOLDS_NAMED }),
    choice: fc.constantFrom('wait' as const, 'accept' as const, 'discard' as const, 'declare-lost' as const, 'proceed' as const),
  });
  const shape = {
    steps: fc.array(step, { maxLength: STEPS_MAX, size: 'max' }),
    producers: fc.integer({ min: 1, max: 4 }),
    partitions: fc.integer({ min: 1, max: 2 }),
    expected: fc.nat(2),
    onSilent: fc.constantFrom('wait' as const, 'assume' as const, 'hold' as const),
    onUnknown: fc.constantFrom('join' as const, 'bad' as const),
  };
  return fc.record(shape).map(({ steps, producers, partitions, expected, onSilent, onUnknown }): ProducerStory => {
    const senders = Array.from({ length: producers }, (_, i) => new Sender(`p${i}`));
    const roster = ['p0', 'p1', 'p4'].slice(0, onUnknown === 'bad' ? Math.max(1, expected) : expected);
    // What arrives at which place; ties in the order of sending.
    const arriving: { readonly at: number; readonly said: PartitionSaid }[] = [];
    let clock = 0;
    steps.forEach(({ who, partition: where, act, forward, way, by, hold, choice }, at) => {
      const partition = where % partitions;
      const sender = senders[who % producers] as Sender;
      clock += forward;
      const decided = (decision: Decision): void => void arriving.push({ at, said: { partition, decision } });
      const person = { by: 'Ada', reason: 'it burned' };
      if (act === 'silent') return decided({ kind: 'silent', producer: sender.name });
      if (act === 'lost') return decided({ kind: 'lost', producer: sender.name, until: clock + by - 6 < 0 ? 0 : clock + by - 6, evidence: by % 2 === 0 ? 'declared' : 'assumed', ...person });
      // Holds are numbered over all partitions, and the reference looks at one: with several, nobody decides.
      if (act === 'resolved' && partitions > 1) return;
      if (act === 'resolved') return decided({ kind: 'resolved', hold, choice, until: clock, ...person });
      const sent = sender.act(act, partition, clock, by);
      for (const { partition: to, ...message } of sent) {
        const arrives = (delay: number): void => void arriving.push({ at: at + delay, said: { partition: to, message } });
        if (way === 'delayed') arrives(by);
        else if (way !== 'dropped' && way !== 'again-later') arrives(0);
        if (way === 'repeated') arrives(by);
        if (way === 'again-later') arrives(3 * by);
      }
    });
    const history = arriving.filter(({ said }) => said.partition < partitions).sort((a, b) => a.at - b.at).map(({ said }) => said);
    return { partitions, policies: { roster, onSilent, onUnknown }, history };
  });
}

/** A producer as it is meant to be, and its few sins. */
class Sender {
  readonly name: string;
  #epoch = 0;
  #next = [0, 0];
  #promise = 0;
  #previous: readonly (Message<Content>['previous'] | undefined)[] = [];
  #closed = false;
  #sent: Sent[] = [];

  constructor(name: string) {
    this.name = name;
  }

  act(act: string, partition: number, clock: number, by: number): readonly Sent[] {
    if (act.startsWith('restart')) this.#restart(act);
    // Who has said goodbye comes back in another epoch.
    else if (this.#closed && act !== 'beyond-close') this.#restart('restart');
    if (act === 'close' || act === 'heartbeat') {
      if (act === 'close') this.#closed = true;
      else this.#promise = Math.max(this.#promise, clock - (by % 4));
      return [0, 1].map((to) => this.#message({ kind: act, promise: this.#promise, sequence: (this.#next[to] as number) - 1 }, to));
    }
    const old = this.#sent.filter((one) => one.kind === 'event').at(-by);
    if (act === 'other-content' && old?.kind === 'event') return [{ ...old, value: { time: old.value.time, text: `not ${old.value.text}` } }];
    const time = act === 'broken-promise' ? Math.max(0, this.#promise - by) : Math.max(this.#promise, clock - (by % 3));
    const sequence = this.#next[partition] as number;
    this.#next[partition] = sequence + 1;
    return [this.#message({ kind: 'event', sequence, value: { time, text: `${this.name} ${clock}` } }, partition)];
  }

  #restart(how: string): void {
    const ended = this.#epoch;
    const lasts = this.#next.map((next) => next - 1);
    this.#epoch += how === 'restart-skipping' ? 2 : 1;
    this.#closed = false;
    this.#next = [0, 0];
    const named = how === 'restart-skipping' ? this.#epoch - 1 : ended;
    this.#previous = how === 'restart-knowing-nothing' ? [] : lasts.map((sequence) => ({ epoch: named, sequence }));
  }

  #message(said: object, partition: number): Sent {
    const previous = this.#previous[partition];
    const whole = { ...said, producer: this.name, epoch: this.#epoch, partition, ...(previous !== undefined && { previous }) } as Sent;
    if (whole.kind !== 'heartbeat') delete (whole as { promise?: number }).promise;
    this.#sent.push(whole);
    return whole;
  }
}
