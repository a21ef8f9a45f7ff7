import { inspect } from 'node:util';
import type { FaultCounts } from '../../src/testing/simulate/faults.ts';
import type { ViolatedProgram } from './random-programs.ts';

/** A table in Markdown. */
export function tableOf(faults: FaultCounts): string {
  return ['| fault | times |', '|---|---:|', ...Object.entries(faults).map(([fault, times]) => `| ${fault} | ${times.toLocaleString('en')} |`)].join('\n');
}

/** What went wrong, and the least that still does, for a person. */
export function shownViolation({ seed, program, problems, shrunk }: ViolatedProgram): string {
  return [
    `\nseed ${seed}: ${problems.join('; ')}`,
    `  program ${JSON.stringify(program)}`,
    `  again: npm run sim -- --runs 1 --seed ${seed}`,
    `  shrunk to ${show(shrunk.events)}`,
    `  with ${shrunk.faults.join(', ') || 'no faults'}: ${shrunk.problems.join('; ')}`,
    ...shrunk.story.map((line) => `    ${line}`),
    '',
  ].join('\n');
}

function show(value: unknown): string {
  return inspect(value, { depth: 8, maxArrayLength: 40, breakLength: 120 });
}
