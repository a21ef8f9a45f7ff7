import { closeSync, fdatasyncSync, openSync } from 'node:fs';

/**
 * Tells a write that found no room from a sync that failed, which LMDB does not: it gives the number of the error, and
 * both may be ENOSPC, EDQUOT or EIO. After the first the same commit may be tried again. After the second nobody knows
 * what is on the disk, and the kernel says so once: the next sync would succeed.
 *
 * Once to each who has the file open, that is. So it has the file open too, and asks for itself.
 */
export class SyncWitness {
  readonly #descriptor: number;

  constructor(file: string) {
    this.#descriptor = openSync(file, 'r+');
  }

  /** What could not be made durable since it was asked last, as the disk says it; undefined: nothing. */
  failure(): Error | undefined {
    try {
      fdatasyncSync(this.#descriptor);
      return undefined;
    } catch (error) {
      return error as Error;
    }
  }

  close(): void {
    closeSync(this.#descriptor);
  }
}
