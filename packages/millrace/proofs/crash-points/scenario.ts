import type { CrashingStore } from './crashing-store.ts';

/** Something that a program does with its store, from an empty one to its end, in as many lives as it takes. */
export interface Scenario {
  readonly name: string;
  /** What it came to; the same whenever its processes died. A problem that needs no comparison is thrown. */
  run(store: CrashingStore): unknown;
  /** How what it came to is not what was expected; undefined: it is. Default: they are deeply equal. */
  readonly differs?: (came: unknown, expected: unknown) => string | undefined;
}
