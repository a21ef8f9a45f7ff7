import { type ChildProcess, spawn, type StdioOptions } from 'node:child_process';
import { fileURLToPath } from 'node:url';

/** What all processes of one bench have in common. */
export type Launch = {
  /** The core they are pinned to, where that is possible. */
  readonly core: number | undefined;
  /** Ends the process that is running, and with it the bench. */
  readonly signal: AbortSignal;
  /** What node is told besides. */
  readonly flags?: readonly string[];
};

/** Compiled modules, kept from run to run: no run carries the memory of the compiler that strips the types. */
const compileCache = fileURLToPath(new URL('../../node_modules/.cache/bench', import.meta.url));

/** What every process is told by its environment. */
export const nodeEnvironment = (): NodeJS.ProcessEnv => ({ ...process.env, NODE_COMPILE_CACHE: compileCache });

/** Starts a TypeScript program in a fresh process. */
export function startNode(program: URL, argument: string, { core, signal, flags = [] }: Launch, stdio: StdioOptions): ChildProcess {
  const always = ['--conditions=millrace-source', '--disable-warning=ExperimentalWarning'];
  const env = nodeEnvironment();
  const node = [...always, ...flags, fileURLToPath(program), argument];
  return core === undefined
    ? spawn(process.execPath, node, { stdio, signal, env })
    : spawn('taskset', ['-c', `${core}`, process.execPath, ...node], { stdio, signal, env });
}
