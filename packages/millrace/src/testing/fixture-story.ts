import { log } from '../connector/log.ts';
import { memoryBackend } from '../port/memory-backend.ts';
import { pipeline } from '../stream/pipeline.ts';
import type { LostProducer } from '../stream/completeness.ts';
import type { HoldDecision } from '../stream/holds.ts';
import type { Program } from '../stream/program.ts';
import { type SequencesOptions, sequences } from '../time/completeness.ts';
import { minutes } from '../time/duration.ts';
import type { Message, Previous } from '../time/producers/message.ts';
import type { Missing } from '../time/producers/missing.ts';
import { tumbling } from '../time/windowing.ts';
import { HandClock } from './fixture-clock.ts';
import { probed } from './fixture-list.ts';
import { SinkProbe } from './sink-probe.ts';

export interface Call {
  readonly at: number;
  readonly note?: string;
}

/** Where the clock stands when a story begins; HandClock begins at one second. */
const BEGINS_MS = 60_000;
const WHAT_WIDTH = 54;

/**
 * A story of producers, told to a program that counts calls per minute, and written down line by line:
 * when, what happened, and what followed from it. Times are minutes and seconds.
 */
export class Story {
  readonly program: Program;
  readonly #clock = new HandClock();
  readonly #rows = new SinkProbe();
  readonly #late = new SinkProbe();
  readonly #lines: string[] = [];
  #known: readonly string[] = [];

  private constructor(options: SequencesOptions) {
    this.program = pipeline('calls', (app) => {
      const calls = app.source('calls', log<Message<Call>>(), { time: (call) => call.at, complete: sequences(options) });
      const counts = calls.window(tumbling(minutes(1))).count({ name: 'counts' });
      counts
        .final()
        .map(({ window, value, evidence }) => `minute ${clockText(window?.start ?? 0)} has ${value}, ${evidence.join(' and ')}`)
        .to(app.sink('rows', probed(this.#rows)));
      counts.late.map(({ at }) => `the call of ${clockText(at)} is late`).to(app.sink('late', probed(this.#late)));
    });
  }

  static async begin(options: SequencesOptions): Promise<Story> {
    const story = new Story(options);
    story.#clock.move(BEGINS_MS - story.#clock.now());
    await story.program.start({ clock: story.#clock, store: memoryBackend(), commit: { everyEvents: 1 } });
    await story.#turns();
    story.#tell('the program starts');
    return story;
  }

  /** An event of now, or of another time. */
  send(producer: string, sequence: number, more: { readonly at?: number; readonly epoch?: number; readonly previous?: Previous; readonly note?: string } = {}): Promise<void> {
    const { at = this.#clock.now(), epoch = 1, previous, note } = more;
    const value = note === undefined ? { at } : { at, note };
    const told = `${producer} sends #${sequence}${at === this.#clock.now() ? '' : `, of ${clockText(at)}`}${note === undefined ? '' : `, '${note}'`}`;
    return this.#say({ kind: 'event', producer, epoch, sequence, value, ...(previous !== undefined && { previous }) }, told + epochText(epoch, previous));
  }

  /** A heartbeat: the last one sent, and a promise of now. */
  promise(producer: string, sequence: number, epoch = 1): Promise<void> {
    const promise = this.#clock.now();
    return this.#say({ kind: 'heartbeat', producer, epoch, sequence, promise }, `${producer} has sent up to #${sequence}, promises ${clockText(promise)}${epochText(epoch)}`);
  }

  close(producer: string, sequence: number): Promise<void> {
    return this.#say({ kind: 'close', producer, epoch: 1, sequence }, `${producer} closes after #${sequence}`);
  }

  async wait(seconds: number): Promise<void> {
    this.#clock.move(seconds * 1000);
    await this.#turns();
    this.#tell(`${seconds} s go by`);
  }

  async declareLost(lost: Omit<LostProducer, 'source'>): Promise<void> {
    await this.#done(this.program.declareLost({ source: 'calls', ...lost }));
    this.#tell(`${lost.by} declares ${lost.producer} lost: ${lost.reason}`);
  }

  async resolve({ hold, ...resolution }: HoldDecision & { readonly hold: number }): Promise<void> {
    await this.#done(this.program.resolve(hold, resolution));
    this.#tell(`${resolution.by} decides: ${resolution.choice}, ${resolution.reason}`);
  }

  /** The timeline; the program is stopped. */
  async end(): Promise<string> {
    await this.#done(this.program.stop());
    return `${this.#lines.join('\n')}\n`;
  }

  async #say(message: Message<Call>, told: string): Promise<void> {
    await this.#done(this.program.append('calls', [message]));
    this.#tell(told);
  }

  async #done(done: Promise<unknown>): Promise<void> {
    await this.#turns();
    await done;
    await this.#turns();
  }

  async #turns(): Promise<void> {
    for (let turn = 0; turn < 20; turn += 1) {
      this.#clock.settle();
      await this.#clock.yield();
    }
  }

  /** One line: what happened, and what is so now that was not before. */
  #tell(what: string): void {
    const facts = this.#facts();
    const news = facts.filter((fact) => !this.#known.includes(fact));
    this.#known = facts;
    this.#lines.push(`${clockText(this.#clock.now())}  ${what.padEnd(WHAT_WIDTH)}${news.length === 0 ? '' : `  ${news.join('; ')}`}`.trimEnd());
  }

  #facts(): readonly string[] {
    const status = this.program.status().sources['calls']?.[0];
    if (status?.numbered === undefined) return [];
    const { producers, held, repeated } = status.numbered;
    return [
      ...producers.map(({ producer, state }) => `${producer} is ${state}`),
      ...this.program.missing().flatMap(missingText),
      ...(status.bad > 0 ? [`bad: ${status.bad}`] : []),
      ...(repeated > 0 ? [`repeated: ${repeated}`] : []),
      ...(held === undefined ? [] : [`held (${held.reason}): ${held.evidence}`]),
      ...(status.frontier < 0 ? [] : [`frontier ${clockText(status.frontier)} ${status.evidence.join(' and ')}`]),
      ...(this.#rows.rows() as string[]),
      ...(this.#late.rows() as string[]),
    ];
  }
}

function missingText(missing: Missing): readonly string[] {
  if (missing.what === 'sequences') return [`missing of ${missing.producer}: ${missing.ranges.map(([from, to]) => (from === to ? `#${from}` : `#${from} to #${to}`)).join(', ')}`];
  if (missing.what === 'epoch') return [`${missing.producer} has not said how epoch ${missing.epoch} ended`];
  return [];
}

const epochText = (epoch: number, previous?: Previous): string =>
  epoch === 1 ? '' : ` (epoch ${epoch}${previous === undefined ? '' : `; ${previous.epoch} ended with #${previous.sequence}`})`;

const clockText = (ms: number): string => `${Math.floor(ms / 60_000)}:${String(Math.floor(ms / 1000) % 60).padStart(2, '0')}`;
