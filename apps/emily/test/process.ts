import { onTestFinished } from 'vitest';
import { type EmilyProcess, type Ended, type LaunchOptions, launch } from './emily-process.ts';

/*
 * Emily in a process of its own, for a test: whatever a test starts is gone when the test is over.
 */

export type { EmilyProcess, Ended } from './emily-process.ts';
export { childrenOf, gone } from './emily-process.ts';

export type StartOptions = LaunchOptions & {
  /** A test that shares the process ends it itself. */
  readonly shared?: boolean;
};

/** Starts `main.ts` with these arguments on a free port. */
export function startProcess(args: readonly string[], { shared = false, ...options }: StartOptions = {}): EmilyProcess {
  const emily = launch(args, options);
  if (!shared) onTestFinished(async () => void (await emily.kill()));
  return emily;
}

/** Runs `main.ts` to its end. */
export function runProcess(args: readonly string[]): Promise<Ended> {
  return startProcess(args).end();
}
