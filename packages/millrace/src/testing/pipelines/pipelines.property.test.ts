import fc from 'fast-check';
import { test } from 'vitest';
import type { Tables } from '../../stream/program.ts';
import type { SourceSpec } from '../../task/source.ts';
import type { TestDriver } from '../driver.ts';
import { type Made, RUNS, RUNS_ON_DISK, type Scenario, inEveryWay, onDisk } from '../fixture-scenario.ts';
import { fedByHand } from '../fixture-source.ts';
import { checkBatch, checked } from './check.ts';
import { type PipelineRun, coveringRuns, pipelineRuns, runsBehindRevising, scenarioFor } from './fixture-programs.ts';
import { type Meaning, meaningOf } from './naive.ts';
import { type Resolved, build, resolve } from './program.ts';

/** A source that is fed by hand, and could be read again. */
function fed(partitions: number): SourceSpec<Made> {
  return { ...fedByHand<Made>(partitions), again: () => Promise.reject(new Error('the test driver reads again by itself')) };
}

/** Pipelines that together make every pair of choices come first; the others are random. */
const SAMPLE = 200;

interface Prepared {
  readonly resolved: Resolved;
  readonly scenario: Scenario;
  readonly meaning: Meaning;
}

function prepared({ program, ends, raws, recounts }: PipelineRun): Prepared {
  const resolved = resolve(program);
  const drawn = scenarioFor({ program, ends, raws });
  const last = drawn.actions.length - 1;
  const isReconciled = resolved.steps.some(({ options }) => String(options['late']).startsWith('reconcile'));
  const chosen = isReconciled && last >= 0 ? [...new Set([...recounts.filter((at) => at < last), last])].toSorted((a, b) => a - b) : [];
  return { resolved, scenario: { ...drawn, recounts: chosen }, meaning: meaningOf(resolved, drawn.actions) };
}

async function runs(run: PipelineRun): Promise<void> {
  const { resolved, scenario, meaning } = prepared(run);
  const program = build(resolved, () => fed(scenario.partitions), (outlet) => meaning.outflows[outlet]?.provisional === true);
  const check = checked(resolved, scenario, meaning);
  let ran: TestDriver<Tables> | undefined;
  inEveryWay(program, scenario, (driver) => {
    check(driver);
    ran = driver;
  });
  if (run.ends && ran !== undefined) await checkBatch(resolved, scenario, meaning, ran);
}

test('a random pipeline comes to what its operators mean, whatever the disorder, the batches, the commits and the crashes', async () => {
  const property = fc.asyncProperty(pipelineRuns, runs);
  const examples = coveringRuns(Math.min(RUNS, SAMPLE)).map((run): [PipelineRun] => [run]);
  await fc.assert(property, { numRuns: Math.max(RUNS, examples.length), examples });
});

test('so does one of the final rows, or the changes, of windows that revise', async () => {
  await fc.assert(fc.asyncProperty(runsBehindRevising, runs), { numRuns: RUNS });
});

test('and on disk too', () => {
  const property = fc.property(pipelineRuns, (run) => {
    const { resolved, scenario, meaning } = prepared(run);
    const program = build(resolved, () => fed(scenario.partitions), (outlet) => meaning.outflows[outlet]?.provisional === true);
    onDisk(program, scenario, checked(resolved, scenario, meaning));
  });
  fc.assert(property, { numRuns: RUNS_ON_DISK });
});
