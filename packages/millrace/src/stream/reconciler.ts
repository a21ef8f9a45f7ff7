import type { Plan } from '../plan/node.ts';
import type { Clock } from '../port/clock.ts';
import type { Loop } from '../task/loop.ts';
import type { Task } from '../task/task.ts';
import { type Cut, recount } from './recount.ts';

/** What a recount found. */
export interface Reconciliation {
  /** The commit up to which everything was counted. */
  readonly commit: number;
  /** How many results were adjusted, by table. */
  readonly adjusted: { readonly [table: string]: number };
}

/** As far as a timer can be set ahead; what is further is looked at again then. */
const AHEAD_MS_MAX = 3_600_000;

/**
 * Recounts the tables under `reconcile` when their time has come, one recount at a time.
 *
 * What it compares with is as of one commit, the one after which the recount began. A program that was
 * down at the time recounts when it runs again; one whose input has ended recounts a last time.
 */
export class Reconciler {
  readonly #plan: Plan;
  readonly #clock: Clock;
  readonly #anyTime: boolean;
  readonly #loop: Loop;
  readonly #task: Task;
  #callOff: (() => void) | undefined;
  #running: Promise<Reconciliation> | undefined;
  #stopped = false;

  constructor(plan: Plan, loop: Loop, clock: Clock, anyTime: boolean) {
    this.#plan = plan;
    this.#clock = clock;
    this.#anyTime = anyTime;
    this.#loop = loop;
    this.#task = loop.task;
  }

  /** Waits for the first time, if there is anything to recount. */
  start(failed: (error: unknown) => void): void {
    if (this.#task.runtime.reconciled.length === 0) return;
    const now = this.#clock.now();
    for (const { ledger } of this.#task.runtime.reconciled) if (ledger !== undefined) ledger.comparedAt ??= now;
    this.#loop.atEnd = async () => this.#prepared();
    this.#wait(failed);
  }

  stop(): void {
    this.#stopped = true;
    this.#callOff?.();
  }

  /** Recounts now. */
  run(): Promise<Reconciliation> {
    this.#running ??= this.#run().finally(() => {
      this.#running = undefined;
    });
    return this.#running;
  }

  async #run(): Promise<Reconciliation> {
    const cut = await this.#loop.perform(() => this.#cut());
    const deed = await this.#counted(cut);
    return this.#loop.perform(deed);
  }

  /** The last recount, when the loop itself waits for it. */
  async #prepared(): Promise<() => void> {
    this.stop();
    return this.#counted(this.#cut());
  }

  async #counted(cut: { readonly offsets: Cut; readonly commit: number; readonly frontiers: ReadonlyMap<string, number> }): Promise<() => Reconciliation> {
    const tables = await recount(this.#plan, cut.offsets, this.#clock, this.#anyTime, (source) => this.#loop.contextOf(source));
    return () => {
      const adjusted: Record<string, number> = {};
      for (const { name, ledger } of this.#task.runtime.reconciled) {
        const table = tables.get(name);
        if (ledger === undefined || table === undefined) continue;
        ledger.comparedAt = this.#clock.now();
        adjusted[name] = ledger.reconcile(table, { number: ledger.runs + 1, commit: cut.commit, frontier: cut.frontiers.get(name) as number });
      }
      return { commit: cut.commit, adjusted };
    };
  }

  #cut(): { offsets: Cut; commit: number; frontiers: ReadonlyMap<string, number> } {
    const { sources, reconciled } = this.#task.runtime;
    return {
      offsets: new Map(sources.map(({ name, feeds }) => [name, feeds.map(({ offset }) => offset)])),
      commit: this.#task.commitNumber + 1,
      frontiers: new Map(reconciled.map(({ name, ledger }) => [name, ledger?.frontier ?? 0])),
    };
  }

  #wait(failed: (error: unknown) => void): void {
    if (this.#stopped) return;
    const due = Math.min(...this.#task.runtime.reconciled.map(({ at, ledger }) => at.next(ledger?.comparedAt ?? 0)));
    const ahead = due - this.#clock.now();
    const again = (): void => this.#wait(failed);
    this.#callOff = ahead > 0
      ? this.#clock.after(Math.min(ahead, AHEAD_MS_MAX), again)
      : this.#clock.after(0, () => void this.run().then(again, failed));
  }
}
