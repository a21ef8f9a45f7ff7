import type { ReplicaBeat, Work, Worker } from '../domain/fleet-fact.ts';
import type { RequestId } from '../domain/names.ts';
import { costUnits, type CountedTokens } from './cost-units.ts';

/** A call, as far as its replica's time is shared by it. */
export type WorkingCall = Worker & { readonly id: RequestId };

type Open = { readonly call: WorkingCall; made: number };

/** What one boot of a replica has had to do, by a clock that never goes back. */
export class WorkMeter {
  readonly #monotonicMs: () => number;
  #startedAt: number;
  readonly #open = new Map<RequestId, Open>();
  #work = new Map<string, Work>();
  #busyMs = 0;
  #busySince = 0;

  constructor(monotonicMs: () => number) {
    this.#monotonicMs = monotonicMs;
    this.#startedAt = monotonicMs();
  }

  /** How many shares have come together since the last sample. */
  get shares(): number {
    return this.#work.size;
  }

  /** Its time begins now; to be called before any call. */
  restart(): void {
    this.#startedAt = this.#monotonicMs();
  }

  begin(call: WorkingCall): void {
    if (this.#open.size === 0) this.#busySince = this.#monotonicMs();
    this.#open.set(call.id, { call, made: 0 });
    this.#add(call, { calls: 1, units: 0 });
  }

  /** All that was counted of a call so far. A call that is not open has ended, and changes nothing. */
  counted(id: RequestId, tokens: CountedTokens): void {
    const open = this.#open.get(id);
    if (open === undefined) return;
    const made = costUnits(tokens);
    if (made <= open.made) return;
    this.#add(open.call, { calls: 0, units: made - open.made });
    open.made = made;
  }

  end(id: RequestId): void {
    if (!this.#open.delete(id) || this.#open.size > 0) return;
    this.#busyMs += this.#monotonicMs() - this.#busySince;
  }

  /** Both sums since the beginning, and the shares since the last sample. */
  sample(): Pick<ReplicaBeat, 'clockMs' | 'busyMs' | 'running' | 'work'> {
    const now = this.#monotonicMs();
    const busyMs = this.#busyMs + (this.#open.size > 0 ? now - this.#busySince : 0);
    const work = [...this.#work.values()];
    this.#work = new Map();
    // What is still under way has a part in the next span, too.
    for (const { call } of this.#open.values()) this.#add(call, { calls: 1, units: 0 });
    return { clockMs: Math.floor(now - this.#startedAt), busyMs: Math.floor(busyMs), running: this.#open.size, work };
  }

  #add({ tenant, user, key }: Worker, { calls, units }: Pick<Work, 'calls' | 'units'>): void {
    const name = JSON.stringify([tenant, user, key]);
    const known = this.#work.get(name);
    this.#work.set(name, { tenant, user, key, calls: (known?.calls ?? 0) + calls, units: (known?.units ?? 0) + units });
  }
}
