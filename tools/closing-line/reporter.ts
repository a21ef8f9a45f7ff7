import type { SerializedError } from 'vitest';
import type { Reporter, TestCase, TestModule } from 'vitest/node';
import { type Counts, closingLine } from './counts.ts';

/**
 * Ends a run with `N passed, N failed` (and `, N skipped`).
 *
 * - A file that does not load, a failing hook and an unhandled error each count as one failure, and
 *   so does a test that was still running at the end: the line never says less than the exit code.
 * - In CI (`CI=true`) a skipped test fails the run: what a machine can't run there is not proved anywhere.
 */
export default class ClosingLine implements Reporter {
  onTestRunEnd(modules: readonly TestModule[], unhandledErrors: readonly SerializedError[]): void {
    const tests = modules.flatMap((module) => [...module.children.allTests()]);
    const inState = (state: ReturnType<TestCase['result']>['state']): TestCase[] => tests.filter((test) => test.result().state === state);
    const skipped = inState('skipped');

    let failed = inState('failed').length + inState('pending').length + brokenSuites(modules) + unhandledErrors.length;
    if (process.env['CI'] === 'true' && skipped.length > 0) {
      failed += skipped.length;
      process.exitCode = 1;
      for (const test of skipped) print(`skipped, which fails in CI: ${test.module.relativeModuleId} > ${test.fullName}`);
    }
    const counts: Counts = { passed: inState('passed').length, failed, skipped: process.env['CI'] === 'true' ? 0 : skipped.length };
    print(closingLine(counts));
  }
}

/** Files and `describe` blocks with an error of their own, outside any test. */
function brokenSuites(modules: readonly TestModule[]): number {
  const suites = modules.flatMap((module) => [module, ...module.children.allSuites()]);
  return suites.filter((suite) => suite.errors().length > 0).length;
}

function print(line: string): void {
  process.stdout.write(`${line}\n`);
}
