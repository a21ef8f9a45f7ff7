import type { Decision } from './decision.ts';
import type { Feed } from './feed.ts';
import type { Task } from './task.ts';

/** What a person has decided, on its way into the input. */
export interface Request {
  /** The decisions it comes to, by partition, made when its turn has come; throws where it cannot be. */
  readonly decide: (task: Task) => readonly (readonly [Feed | undefined, Decision])[];
  readonly resolve: () => void;
  readonly reject: (error: unknown) => void;
}

/**
 * Decisions of people, taken between two batches and answered once they are durable.
 *
 * The list outlives the loop: what was decided and is not in a commit yet is decided again by the next one.
 */
export class Requests {
  readonly #list: Request[];
  #applied: Request[] = [];

  constructor(list: Request[]) {
    this.#list = list;
  }

  /** Something was decided that no commit covers. */
  get areApplied(): boolean {
    return this.#applied.length > 0;
  }

  apply(task: Task): void {
    for (const request of this.#list.slice()) {
      if (this.#applied.includes(request)) continue;
      let decisions: readonly (readonly [Feed | undefined, Decision])[];
      try {
        decisions = request.decide(task);
      } catch (error) {
        this.#list.splice(this.#list.indexOf(request), 1);
        request.reject(error);
        continue;
      }
      this.#applied.push(request);
      for (const [feed, decision] of decisions) task.decide(feed, decision);
    }
  }

  committed(): void {
    for (const request of this.#applied.splice(0)) {
      this.#list.splice(this.#list.indexOf(request), 1);
      request.resolve();
    }
  }
}
