import type { EvidenceName } from '../../../time/evidence.ts';
import type { Message, SaidDoubt } from '../../../time/producers/message.ts';
import { AT_THE_END } from '../../../time/time-max.ts';
import type { Fact, Recorded } from '../../reference/recorded.ts';
import { spread } from '../../reference/stateless.ts';
import { type PipelineOperator, type StreamInput, flowsOf, streamsOf } from '../operator.ts';
import { type PlacedStep, timeOf } from '../place.ts';
import type { Toy } from '../toy.ts';

const EVERY_MS = 7;

/** A message as an event: what is not the event in it is in its id. Goodbye is none: it is said at the end of all times, for which nobody sets timers. */
function toysOf(name: string) {
  return (message: Message<Toy>): readonly Toy[] => {
    const id = `${name} ${JSON.stringify({ ...message, value: undefined })}`;
    if (message.kind === 'event') return [{ ...message.value, id: `${id} ${message.value.id}` }];
    return message.kind === 'heartbeat' ? [{ id, key: 'a', time: message.promise, n: message.sequence, provisional: false }] : [];
  };
}

interface Numbered {
  readonly messages: Recorded<Message<Toy>>;
  readonly late: Recorded<Toy>;
}

const dueBy = ({ to }: PlacedStep): number => (to === Infinity ? AT_THE_END : Math.floor(to / EVERY_MS) * EVERY_MS);

/** Of a frontier that moves on the last promise that it has come to is said, when it passes that. */
function numberedAs(name: string, entries: StreamInput['entries']): Numbered {
  const messages: Recorded<Message<Toy>>[number][] = [];
  const late: Recorded<Toy>[number][] = [];
  let [sequence, promise, firing] = [-1, 0, 0];
  let isOver = false;
  let doubts: readonly SaidDoubt[] = [];
  let passing: PlacedStep | undefined;
  const say = (step: PlacedStep): void => {
    const time = dueBy(step);
    if (isOver || time <= promise) return;
    isOver = step.to === Infinity;
    doubts = doubted(doubts, promise, isOver ? null : time, step.evidence);
    const said = { producer: name, epoch: 1, sequence, ...(doubts.length > 0 && { doubts }) };
    if (!isOver) promise = time;
    // Of whatever is passed then it is a step of its own, as the timers of a process are.
    firing += 1;
    const fact = { kind: 'fact', at: step.at, time, cause: { kind: 'frontier', time }, firing } as const;
    messages.push({ ...fact, value: isOver ? { kind: 'close', ...said } : { kind: 'heartbeat', ...said, promise } });
  };
  entries.forEach((entry, i) => {
    if (entry.kind === 'step') {
      if (entry.passing === true) passing = entry;
      else say(entry);
      messages.push(entry);
      late.push(entry);
      return;
    }
    const time = timeOf(entry.path, passing?.path);
    const next = entries.slice(i).find((other): other is PlacedStep => other.kind === 'step' && other.passing !== true);
    // What leaves when the frontier has gone further comes after the promise.
    if (time !== undefined && next !== undefined && time > dueBy(next)) say(next);
    if (entry.time < promise) late.push(entry);
    else messages.push({ ...(entry as Fact<Toy>), value: { kind: 'event', producer: name, epoch: 1, sequence: (sequence += 1), value: entry.value } });
  });
  return { messages, late };
}

/** What is told to rest on no proof, from a promise to the next one; null: to the end. */
function doubted(doubts: readonly SaidDoubt[], from: number, to: number | null, evidence: readonly EvidenceName[]): readonly SaidDoubt[] {
  const reasons = evidence.filter((name) => name === 'assumed' || name === 'declared');
  if (reasons.length === 0) return doubts;
  const last = doubts.at(-1);
  return last?.to === from ? [...doubts.slice(0, -1), { from: last.from, to, evidence: reasons }] : [...doubts, { from, to, evidence: reasons }];
}

/** numbered: the messages of a producer, as events. */
export const numbered: PipelineOperator = {
  name: 'numbered',
  takes: ['stream'],
  options: {},
  adds: true,
  ports: () => ({ late: 'stream', out: 'stream' }),
  build: ({ name }, inputs) => {
    const out = streamsOf(inputs)[0].numbered({ name, producer: name, every: EVERY_MS });
    return { out: out.flatMap(toysOf(name)), late: out.late };
  },
  naive(name, inputs) {
    const [input] = flowsOf(inputs);
    const { messages, late } = numberedAs(name, input.entries);
    const complete = input.complete && late.every(({ kind }) => kind === 'step');
    const traits = { ...input, orderFree: false, positioned: false };
    return { ports: { out: { ...traits, complete, several: true, entries: spread(messages, toysOf(name)) }, late: { ...traits, several: true, entries: late } } };
  },
};
