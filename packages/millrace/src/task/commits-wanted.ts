import type { Task } from './task.ts';

/** Somebody who waits for a commit. */
export interface CommitWanted {
  /** How many records of each partition had been taken when it was asked for: after going back, they have to be taken again first. */
  readonly taken: readonly number[];
  /** Any commit will do, whenever there is one: none is made for this. */
  readonly isPatient?: true;
  readonly resolve: () => void;
  readonly reject: (error: unknown) => void;
}

/** Who waits for a commit of what has been taken. */
export class CommitsWanted {
  readonly #task: Task;
  readonly #list: CommitWanted[];

  /** `list` outlives it: whoever waits may get the commit of the next one. */
  constructor(task: Task, list: CommitWanted[]) {
    this.#task = task;
    this.#list = list;
  }

  /** Resolves after a commit that covers everything taken so far. */
  next(): Promise<void> {
    return new Promise((resolve, reject) => {
      this.#list.push({ taken: this.#taken(), resolve, reject });
    });
  }

  /** Whether a commit now would be one that somebody waits for. */
  get isDue(): boolean {
    if (this.#list.length === 0) return false;
    const taken = this.#taken();
    return this.#list.some((wanted) => wanted.isPatient !== true && covers(taken, wanted));
  }

  /** There was a commit. */
  committed(): void {
    if (this.#list.length === 0) return;
    const taken = this.#taken();
    for (const wanted of this.#list.splice(0)) {
      if (covers(taken, wanted)) wanted.resolve();
      else this.#list.push(wanted);
    }
  }

  #taken(): readonly number[] {
    return this.#task.runtime.sources.flatMap(({ feeds }) => feeds.map(({ offset }) => offset));
  }
}

const covers = (taken: readonly number[], wanted: CommitWanted): boolean => wanted.taken.every((records, i) => (taken[i] ?? 0) >= records);
