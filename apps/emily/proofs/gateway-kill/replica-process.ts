import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { fileURLToPath } from 'node:url';

const program = fileURLToPath(new URL('../../src/fleet/simulated-replica.ts', import.meta.url));
const LATENCY = ['--first-token-ms', '20', '--token-ms', '10'];

/** A replica in a process of its own, which comes again on the same port after it was killed. */
export class ReplicaProcess {
  readonly #model: string;
  #child: ChildProcess | undefined;
  #port = 0;

  constructor(model: string) {
    this.#model = model;
  }

  get origin(): string {
    return `http://127.0.0.1:${this.#port}`;
  }

  async start(): Promise<void> {
    const child = spawn(process.execPath, ['--conditions=millrace-source', '--disable-warning=ExperimentalWarning', program, '--model', this.#model, '--port', String(this.#port), ...LATENCY], { stdio: ['pipe', 'pipe', 'ignore'] });
    this.#child = child;
    const [said] = (await once(child.stdout, 'data')) as [Buffer];
    this.#port = (JSON.parse(said.toString()) as { port: number }).port;
  }

  async kill(): Promise<void> {
    const child = this.#child;
    if (child === undefined || child.exitCode !== null || child.signalCode !== null) return;
    const ended = once(child, 'exit');
    child.kill('SIGKILL');
    await ended;
  }
}
