import { execFileSync, spawn, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { setTimeout as delay } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';

/*
 * Emily as its users run it: the real main.ts in a process of its own, on a free port.
 *
 * Nothing waits for ever: what does not happen in time ends the process, with the last of what it said.
 */

const programs = new URL('../src/', import.meta.url);

/** The longest that anything is waited for, in ms; the machine may be busy with other tests. */
const WAIT_MS_MAX = 120_000;
/** How long replicas may outlive the process that started them, in ms. */
const ORPHAN_MS_MAX = 15_000;
/** How often it is looked whether they do, in ms. */
const LOOK_EVERY_MS = 50;
/** How much of what the process said a failed wait repeats, in characters. */
const TAIL_LENGTH = 2_000;

export type Ended = { readonly code: number | null; readonly signal: NodeJS.Signals | null; readonly stdout: string; readonly stderr: string };

export type LaunchOptions = {
  /** `main.ts`, unless it is said. */
  readonly program?: 'main.ts' | 'demo-real.ts';
  /** Runs the process under another one, such as strace. */
  readonly under?: readonly string[];
  /** What `ulimit` is to hold it to, such as `-f 400`; writes beyond that fail. */
  readonly ulimit?: string;
  /** Variables of its environment, beside PATH. */
  readonly env?: Readonly<Record<string, string>>;
};

/** Starts Emily with these arguments on a free port. */
export function launch(args: readonly string[], { program = 'main.ts', under = [], ulimit, env = {} }: LaunchOptions = {}): EmilyProcess {
  const node = [process.execPath, '--conditions=millrace-source', '--disable-warning=ExperimentalWarning'];
  const limited = ulimit === undefined ? [] : ['/bin/sh', '-c', `trap '' XFSZ; ulimit ${ulimit}; exec "$@"`, 'sh'];
  return new EmilyProcess([...under, ...limited, ...node, fileURLToPath(new URL(program, programs)), '--port', '0', ...args], under.length > 0, env);
}

export class EmilyProcess {
  stdout = '';
  stderr = '';
  readonly #child: ChildProcess;
  readonly #isUnderAnother: boolean;
  readonly #ended: Promise<Ended>;
  #exited: Ended | undefined;
  #watch: Set<() => void> = new Set();

  constructor([command = '', ...args]: readonly string[], isUnderAnother: boolean, env: Readonly<Record<string, string>>) {
    this.#isUnderAnother = isUnderAnother;
    this.#child = spawn(command, args, { stdio: ['ignore', 'pipe', 'pipe'], env: { ...env, PATH: process.env['PATH'] } });
    this.#child.stdout!.setEncoding('utf8').on('data', (text: string) => this.#said('stdout', text));
    this.#child.stderr!.setEncoding('utf8').on('data', (text: string) => this.#said('stderr', text));
    this.#ended = once(this.#child, 'close').then(([code, signal]) => {
      this.#exited = { code: code as number | null, signal: signal as NodeJS.Signals | null, stdout: this.stdout, stderr: this.stderr };
      for (const look of this.#watch) look();
      return this.#exited;
    });
  }

  /** Emily's own process; one that runs it, such as strace, ends with it. */
  get pid(): number {
    const pid = this.#child.pid!;
    return this.#isUnderAnother ? (childrenOf(pid)[0] ?? pid) : pid;
  }

  /** The process that was started: Emily's own, or the one that runs it. */
  get launcher(): number {
    return this.#child.pid!;
  }

  /** Waits until the process has said something like this, to people or as a result. */
  said(pattern: RegExp): Promise<RegExpExecArray> {
    return this.#within(`said nothing like ${pattern}`, new Promise((resolve, reject) => {
      const look = (): void => {
        const found = pattern.exec(this.stderr) ?? pattern.exec(this.stdout);
        if (found === null && this.#exited === undefined) return;
        this.#watch.delete(look);
        if (found === null) reject(this.#failure(`ended before it said anything like ${pattern}`));
        else resolve(found);
      };
      this.#watch.add(look);
      look();
    }));
  }

  /** Where it listens, and the link that signs in to its console. */
  async link(): Promise<URL> {
    const [, link = ''] = await this.said(/(http:\S+\/sign-in\?token=[\w-]+)/);
    return new URL(link);
  }

  async demoKey(): Promise<string> {
    const [, key = ''] = await this.said(/demo key: (em_\S+)/);
    return key;
  }

  /** What the start tells the operator to paste into a terminal. */
  async operatorLine(): Promise<string> {
    const [, line = ''] = await this.said(/(curl \S+\/v1\/missing .*)\n/);
    return line;
  }

  signal(name: NodeJS.Signals): void {
    // A child that is gone already takes any signal in silence.
    if (this.#isUnderAnother && this.running) process.kill(this.pid, name);
    else this.#child.kill(name);
  }

  /** How it ended, by itself or because it was asked to. */
  end(): Promise<Ended> {
    return this.#within('did not end', this.#ended);
  }

  get running(): boolean {
    return this.#exited === undefined;
  }

  /** kill -9. Returns when the process is gone and so is every replica it had; one that stays is an error. */
  async kill(): Promise<Ended> {
    const replicas = this.running ? childrenOf(this.pid) : [];
    this.signal('SIGKILL');
    const ended = await this.end();
    await gone(replicas);
    return ended;
  }

  #said(stream: 'stdout' | 'stderr', text: string): void {
    this[stream] += text;
    for (const look of this.#watch) look();
  }

  async #within<T>(what: string, promise: Promise<T>): Promise<T> {
    const timer = new AbortController();
    const late = delay(WAIT_MS_MAX, undefined, { signal: timer.signal }).then(() => {
      this.signal('SIGKILL');
      throw this.#failure(`${what} within ${WAIT_MS_MAX} ms`);
    });
    late.catch(() => {});
    try {
      return await Promise.race([promise, late]);
    } finally {
      timer.abort();
    }
  }

  #failure(what: string): Error {
    return new Error(`process ${this.pid} ${what}; the last it said: …${(this.stderr + this.stdout).slice(-TAIL_LENGTH)}`);
  }
}

/** The processes that a process has started and that still run. */
export function childrenOf(pid: number): number[] {
  return processes().filter(({ parent }) => parent === pid).map((one) => one.pid);
}

/** Waits until these processes are gone; they end by themselves when their parent does. */
export async function gone(pids: readonly number[]): Promise<void> {
  const until = performance.now() + ORPHAN_MS_MAX;
  for (;;) {
    const left = processes().filter(({ pid }) => pids.includes(pid));
    if (left.length === 0) return;
    if (performance.now() > until) throw new Error(`processes ${left.map(({ pid }) => pid).join(', ')} outlived their parent by ${ORPHAN_MS_MAX} ms`);
    await delay(LOOK_EVERY_MS);
  }
}

type Process = { readonly pid: number; readonly parent: number };

/** All that run; one that has ended and waits to be reaped is none. */
function processes(): Process[] {
  return execFileSync('ps', ['-A', '-o', 'pid=,ppid=,stat='], { encoding: 'utf8' })
    .trim()
    .split('\n')
    .map((line) => line.trim().split(/\s+/))
    .filter(([, , state = '']) => !state.startsWith('Z'))
    .map(([pid, parent]) => ({ pid: Number(pid), parent: Number(parent) }));
}
