import type { FleetFact } from '../domain/fleet-fact.ts';

/** A fact that nobody has signed, stamped and numbered yet. */
export type UnsignedFleetFact<Fact = FleetFact> = Fact extends FleetFact ? Omit<Fact, 'producer' | 'admittedAt'> : never;

/** Resolves once the fact is durable. */
export type WriteFleetFact = (fact: UnsignedFleetFact) => Promise<void>;

/**
 * What happens to replicas, on its way to the usage log: in order, and each fact once.
 *
 * - Before the log is open, and while it refuses, facts wait. Of a replica at most one beat waits: beats are sums,
 *   and a later one says as much.
 * - After it is closed nothing is taken.
 */
export class FleetBook {
  readonly #waiting: UnsignedFleetFact[] = [];
  #write: WriteFleetFact | undefined;
  #writing: Promise<void> | undefined;
  #isClosed = false;

  /** The log takes facts from now on. `former`: boots of an earlier life, which nobody has seen leave. */
  open(write: WriteFleetFact, former: readonly string[] = []): void {
    this.#waiting.unshift(...former.map((replica) => ({ kind: 'replica-left', replica, reason: 'Emily ended' }) as const));
    this.#write = write;
    this.#begin();
  }

  /** Whether a beat of this boot would be taken now. */
  takesBeatOf(replica: string): boolean {
    return !this.#isClosed && !this.#waiting.some((fact) => fact.kind === 'replica-beat' && fact.replica === replica);
  }

  say(fact: UnsignedFleetFact): void {
    if (this.#isClosed) return;
    this.#waiting.push(fact);
    this.#begin();
  }

  /** Resolves when the log has taken, or has refused, what was said. */
  async close(): Promise<void> {
    this.#isClosed = true;
    await this.#writing;
    this.#begin();
    await this.#writing;
  }

  #begin(): void {
    if (this.#write === undefined || this.#waiting.length === 0) return;
    this.#writing ??= this.#writeAll(this.#write).finally(() => {
      this.#writing = undefined;
    });
  }

  async #writeAll(write: WriteFleetFact): Promise<void> {
    for (let next = this.#waiting[0]; next !== undefined; next = this.#waiting[0]) {
      try {
        await write(next);
      } catch {
        return; // The log says why to those who call; what waits is tried again with what is said next.
      }
      this.#waiting.shift();
    }
  }
}

