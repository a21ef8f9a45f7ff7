import { basename } from 'node:path';
import type { Reporter, TestCase } from 'vitest/node';
import type { Tried } from './setup.ts';
import type { Property } from './tally.ts';

/** Says how far a long run is, and remembers what each property came to. */
export class PropertyReporter implements Reporter {
  readonly #through: (file: string, properties: readonly Property[]) => void;
  readonly properties: (Property & { readonly file: string })[] = [];
  /** Files that did not load, and what was thrown outside of tests. */
  errors = 0;
  #files = 0;
  #done = 0;

  /** `through` is told of each file that is, with the path of the machine and what its properties came to. */
  constructor(through: (file: string, properties: readonly Property[]) => void) {
    this.#through = through;
  }

  onTestRunStart(files: readonly unknown[]): void {
    this.#files = files.length;
  }

  onTestModuleEnd(module: Parameters<NonNullable<Reporter['onTestModuleEnd']>>[0]): void {
    this.#done += 1;
    this.#fault(module.errors());
    const own = this.properties.filter(({ file }) => file === module.moduleId);
    if (module.errors().length === 0 && own.length > 0) this.#through(module.moduleId, own);
  }

  onTestCaseResult(test: TestCase): void {
    const { state, errors } = test.result();
    const { tried = [] } = test.meta() as { tried?: readonly Tried[] };
    if (state === 'skipped') return;
    const runs = tried.reduce((all, one) => all + one.runs, 0);
    const violated = state === 'failed';
    // Tests that stand beside properties have no runs, and count where they fail.
    if (tried.length > 0 || violated) this.properties.push({ file: test.module.moduleId, operator: operatorOf(test.module.moduleId), name: test.fullName, runs, ms: test.diagnostic()?.duration ?? 0, violated });
    say(`[${this.#done + 1}/${this.#files}] ${operatorOf(test.module.moduleId)}: ${test.fullName}: ${runs} runs${violated ? ', VIOLATED' : ''}`);
    if (violated) for (const error of errors ?? []) say([error.message, error.cause?.message, error.diff].filter((part) => part !== undefined).join("\n"));
  }

  onTestRunEnd(_modules: readonly unknown[], unhandled: readonly { readonly message: string }[]): void {
    this.#fault(unhandled);
  }

  #fault(errors: readonly { readonly message: string }[]): void {
    this.errors += errors.length;
    for (const { message } of errors) say(message);
  }
}

export const operatorOf = (path: string): string => basename(path).replace('.property.test.ts', '');

function say(line: string): void {
  process.stderr.write(`${line}\n`);
}
