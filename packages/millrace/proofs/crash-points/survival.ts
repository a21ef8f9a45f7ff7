import { Killed } from './crashing-store.ts';

/** What goes on from its last commit when its process has died. */
export interface Crashable {
  crash(): void;
}

/** Where the process dies of it, the next one goes on behind it: what was sent comes again, a commit does not. */
export function once(driver: Crashable, deed: () => void): void {
  try {
    deed();
  } catch (error) {
    if (!(error instanceof Killed)) throw error;
    surviving(() => driver.crash());
  }
}

/** Where the process dies of it, the next one does it again. */
export function atLast<R>(driver: Crashable, deed: () => R): R {
  for (;;) {
    try {
      return deed();
    } catch (error) {
      if (!(error instanceof Killed)) throw error;
      surviving(() => driver.crash());
    }
  }
}

/** Does it until the process outlives it. */
export function surviving<R>(deed: () => R): R {
  for (;;) {
    try {
      return deed();
    } catch (error) {
      if (!(error instanceof Killed)) throw error;
    }
  }
}
