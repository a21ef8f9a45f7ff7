import { type ChildProcess, fork, spawn } from 'node:child_process';
import { once } from 'node:events';
import { join } from 'node:path';
import type { Chance } from '../../src/testing/simulate/chance.ts';
import type { Event, FromChild } from './messages.ts';
import { NODE, compiledEnv } from './node.ts';
import type { Receiver } from './receiver.ts';
import { wrong } from './wrong.ts';

/** At most so many events at a time, and so many that are not known to be durable yet. */
const BATCH_MAX = 8;
const OPEN_MAX = 40;
const KEYS = ['a', 'b', 'c', 'd'];
/** Of event time, between an event and the next; and by how much they are out of order, less than the bound of the program. */
const STEP_MS = 2;
const DISORDER_MS = 10;
const CHILD = join(import.meta.dirname, 'child.ts');

/** A process of the program, from its start to its end. */
export interface Life {
  /** It is started by this command. */
  readonly through?: readonly string[];
  readonly env?: Readonly<Record<string, string>>;
  readonly started?: (child: ChildProcess) => void;
  readonly up?: (child: ChildProcess) => void;
}

export interface Ended {
  readonly isUp: boolean;
  readonly code: number | null;
  readonly signal: NodeJS.Signals | null;
  readonly stderr: string;
}

/** Who appends events: what is not known to be durable when a process ends, the next one gets again. */
export class Client {
  readonly folder: string;
  readonly events: Event[] = [];
  /** How many events were sent again. */
  again = 0;
  /** How many are durable. */
  durable = 0;
  /** What the clock of the process said last. */
  clock: number = Number.NaN;
  readonly #chance: Chance;
  readonly #receiver: Receiver;
  #open: Event[] = [];
  #isEnding = false;
  #child: ChildProcess | undefined;
  #waiting: (() => void)[] = [];

  constructor(folder: string, chance: Chance, receiver: Receiver) {
    this.folder = folder;
    this.#receiver = receiver;
    this.#chance = chance;
  }

  async live({ through, env, started, up }: Life): Promise<Ended> {
    const resent = this.#open;
    this.again += resent.length;
    const child = this.#start(through, { ...process.env, ...env, WEBHOOK: this.#receiver.url });
    this.#child = child;
    let stderr = '';
    let isUp = false;
    child.stderr?.on('data', (data: Buffer) => void (stderr += data.toString()));
    child.on('message', (message: FromChild) => {
      if (message === 'ready') {
        isUp = true;
        if (resent.length > 0) this.#send(resent);
        up?.(child);
      } else {
        this.#isDurable(message);
      }
      this.#go();
    });
    started?.(child);
    const [code, signal] = (await once(child, 'close')) as [number | null, NodeJS.Signals | null];
    this.#child = undefined;
    this.#wake();
    return { isUp, code, signal, stderr };
  }

  /** Something more has become durable, or the process has ended. */
  async progress(): Promise<void> {
    await new Promise<void>((resolve) => void this.#waiting.push(resolve));
  }

  /** There are no more events: whoever is up comes to its end when all are durable. */
  end(): void {
    this.#isEnding = true;
    this.#go();
  }

  /** What the files of the program and its webhooks say that is not so. */
  problems(): readonly string[] {
    return [...wrong(this.folder, this.events), ...this.#receiver.problems(this.events.map(({ id }) => id))];
  }

  #start(through: readonly string[] | undefined, env: NodeJS.ProcessEnv): ChildProcess {
    const options = { env: compiledEnv(env), stdio: ['ignore', 'ignore', 'pipe', 'ipc'] } as const;
    if (through === undefined) return fork(CHILD, [this.folder], { ...options, stdio: [...options.stdio], execArgv: [...NODE] });
    const [command, ...before] = through;
    return spawn(command as string, [...before, process.execPath, ...NODE, CHILD, this.folder], { ...options, stdio: [...options.stdio] });
  }

  #go(): void {
    if (this.#child?.connected !== true) return;
    if (this.#isEnding) {
      if (this.#open.length === 0) this.#child.send('end', () => {});
      return;
    }
    if (this.#open.length >= OPEN_MAX) return;
    const batch = Array.from({ length: this.#chance.between(1, BATCH_MAX) }, () => this.#made());
    this.#open.push(...batch);
    this.#send(batch);
  }

  #send(batch: readonly Event[]): void {
    if (this.#child?.connected === true) this.#child.send(batch, () => {});
  }

  #isDurable({ durable: ids, clock }: Exclude<FromChild, string>): void {
    this.clock = clock;
    this.#open = this.#open.filter(({ id }) => !ids.includes(id));
    this.durable += ids.length;
    this.#wake();
  }

  #wake(): void {
    for (const resolve of this.#waiting.splice(0)) resolve();
  }

  #made(): Event {
    const chance = this.#chance;
    const id = this.events.length;
    const event = { id, at: id * STEP_MS + chance.below(DISORDER_MS), key: chance.pick(KEYS), value: chance.between(-100, 100) };
    this.events.push(event);
    return event;
  }
}
