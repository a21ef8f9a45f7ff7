import { type ChildProcess, spawn, type StdioOptions } from 'node:child_process';
import { fileURLToPath } from 'node:url';

/** What all processes of one bench have in common. */
export type Launch = {
  /** The core they are pinned to, where that is possible. */
  readonly core: number | undefined;
  /** Ends the process that is running, and with it the bench. */
  readonly signal: AbortSignal;
};

/** Starts a TypeScript program in a fresh process. */
export function startNode(program: URL, argument: string, { core, signal }: Launch, stdio: StdioOptions): ChildProcess {
  const flags = ['--conditions=source', '--disable-warning=ExperimentalWarning'];
  const node = [...flags, fileURLToPath(program), argument];
  return core === undefined
    ? spawn(process.execPath, node, { stdio, signal })
    : spawn('taskset', ['-c', `${core}`, process.execPath, ...node], { stdio, signal });
}
