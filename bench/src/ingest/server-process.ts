import type { ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { type Launch, startNode } from '../start-node.ts';

/** What the server says of itself, on demand. */
export type ServerUsage = {
  /** User and system, of all threads, since the process started. */
  readonly cpuSeconds: number;
  readonly rssMb: number;
  /** Events its pipeline has counted. */
  readonly events: number;
};

const program = new URL('./server.ts', import.meta.url);

/** The server under test, in a process of its own, asked over the channel that Node opens to a child. */
export class ServerProcess {
  readonly #child: ChildProcess;
  readonly port: number;

  private constructor(child: ChildProcess, port: number) {
    this.#child = child;
    this.port = port;
    child.on('error', () => {}); // an interrupt killed it; the connections that break say so
  }

  static async start(store: string, launch: Launch): Promise<ServerProcess> {
    const child = startNode(program, store, launch, ['ignore', 'inherit', 'inherit', 'ipc']);
    const { port } = await message<{ port: number }>(child);
    return new ServerProcess(child, port);
  }

  usage(): Promise<ServerUsage> {
    this.#child.send('usage');
    return message(this.#child);
  }

  async stop(): Promise<void> {
    if (this.#child.exitCode !== null || this.#child.signalCode !== null) return;
    const exit = once(this.#child, 'exit');
    if (this.#child.connected) this.#child.disconnect();
    await exit;
  }
}

async function message<T>(child: ChildProcess): Promise<T> {
  const ended = new AbortController();
  const exit = once(child, 'exit', ended).then(([code, signal]) => {
    throw new Error(`expected the server to run, it ended with ${signal ?? `exit code ${code}`}; what it said stands above`);
  });
  try {
    const [value] = await Promise.race([once(child, 'message', ended), exit]) as [T];
    return value;
  } finally {
    ended.abort();
    exit.catch(() => {}); // the abort above
  }
}
