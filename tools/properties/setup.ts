import { writeSync } from 'node:fs';
import fc from 'fast-check';
import { beforeEach } from 'vitest';

/*
 * Runs in each test process, before its tests: gives every property the seed of the order, and counts the
 * runs that were really made, for the reporter. What a property says itself, its number of runs, stays.
 */

/** What one property came to. */
export interface Tried {
  readonly runs: number;
  readonly seed: number;
  readonly failed: boolean;
}

declare module 'vitest' {
  interface TaskMeta {
    tried?: Tried[];
  }
}

/** How many runs there are between two signs of life. */
const RUNS_A_SIGN = 1000;
const STANDARD_ERROR = 2;

let tried: Tried[] = [];
let running = '';
let runs = 0;

function sign(): void {
  runs += 1;
  if (runs % RUNS_A_SIGN === 0) writeSync(STANDARD_ERROR, `    ${runs} runs of ${running}\n`);
}

function note(details: fc.RunDetails<unknown>): void {
  const { numRuns, seed, failed } = details;
  tried.push({ runs: numRuns, seed, failed });
}

fc.configureGlobal({
  seed: Number(process.env['MILLRACE_SEED']),
  // As in seed.ts: a list "of at most 150" has up to 150.
  defaultSizeToMaxWhenMaxSpecified: true,
  beforeEach: sign,
  reporter: (details) => {
    note(details);
    if (details.failed) throw new Error(fc.defaultReportMessage(details), { cause: details.errorInstance });
  },
});

beforeEach(({ task }) => {
  tried = [];
  running = task.name;
  runs = 0;
  task.meta.tried = tried;
});
