import type { Columns } from '../../aggregation/columns.ts';
import { type KeyPart, type KeyShape, readParts } from '../../state/key.ts';
import type { KeyedRows } from '../../state/keyed-rows.ts';
import { NO_TIMER } from '../../task/moment.ts';
import { type Evidence, isProof } from '../../time/evidence.ts';
import type { Timed } from '../../time/frontier.ts';
import type { BareHaltPolicy, Early } from '../late-policy.ts';
import type { Output, Place } from '../operator.ts';
import type { Row } from '../row.ts';
import { type Counters, type Stateful, noCounters } from '../stateful.ts';
import { Agenda } from './agenda.ts';
import { type WindowOptions, signatureOf } from '../window-options.ts';
import { CLOSED, FINAL, HIDDEN, IntervalRows, type IntervalRowsShape, OPEN } from './interval-rows.ts';
import { type HaltingIntervals, IntervalHalting } from './interval-halting.ts';
import { IntervalRetelling } from './interval-retelling.ts';
import { IntervalTable } from './interval-table.ts';
import { Leaver } from './leaver.ts';

/** So many are gone before the list of final rows is made shorter. */
const FINALS_GONE_MIN = 1024;

/** What an operator says about its rows beyond its options. */
export type OwnRows<T, K, V> = Pick<IntervalRowsShape<T, K, V>, 'extra' | 'by' | 'isAfter' | 'result'> & {
  /** How long a final row is needed to judge what is late, in ms after its end. */
  readonly judgesMs: number;
  /** Whether values of closed rows cannot be found from their columns later, so that they are remembered. */
  readonly remembers: boolean;
  /** Whether rows that do not leave wait for something; default: they don't. */
  readonly waits?: boolean;
};

/**
 * What all windows do that every key has of its own: they close when the frontier reaches their ends, may
 * be revised for a while, leave early, and are forgotten.
 *
 * - Rows that are due at the same time leave in the order in which they began.
 * - A window is final at its close under `drop` and on proof; under `revise` else once the frontier is the
 *   retention past its end: then it leaves once more, as final.
 * - A late event whose window is new is judged by the evidence of the frontier as it is now.
 * - A final window stays for `keepMs` to be asked, and is never changed again.
 */
export abstract class IntervalOperator<T, K, V, W extends { readonly text: string }> implements Output<T>, Timed, Stateful, HaltingIntervals<T> {
  readonly name: string;
  readonly signature: string;
  readonly rank: number;
  readonly state: KeyedRows;
  readonly table: IntervalTable<T, K, V>;
  readonly retelling: IntervalRetelling<T, K, V>;
  readonly counters: Counters = noCounters();
  protected readonly windowing: W;
  protected readonly columns: Columns<T, V>;
  protected readonly rows: IntervalRows<T, K, V>;
  protected readonly leaver: Leaver<T, K, V>;
  protected readonly agenda: Agenda;
  protected readonly place: Place;
  /** The key of the event that is being pushed. */
  protected readonly parts: KeyPart[];
  /** How long a closed window may be revised, in ms; 0: not at all. */
  protected readonly retainMs: number;
  /** Under the policy `halt`. */
  readonly halting: IntervalHalting<T, K> | undefined;
  readonly #key: KeyShape<T, K>;
  readonly #early: Early | undefined;
  readonly #lingerMs: number;
  readonly #late: Output<T>;
  /** Open rows that have changed since they left, where rows leave every so often. */
  #stirred: number[] = [];
  /** Final rows, those that became it first first, from `#finalsAt` on. */
  #finals: number[] = [];
  #finalsAt = 0;

  constructor(options: WindowOptions<T, K, V, W>, own: OwnRows<T, K, V>, place: Place, next: Output<Row<K, V>>, late: Output<T>) {
    const { name, key, columns, early, durable, asked, windowing } = options;
    this.name = name;
    this.signature = signatureOf(options);
    this.rank = place.rank;
    this.windowing = windowing;
    this.columns = columns;
    this.place = place;
    this.parts = key.selectors.map(() => null);
    this.retainMs = options.late.kind === 'revise' ? options.late.retainMs : 0;
    this.#key = key;
    this.#early = early;
    const keepMs = Math.max(options.keepMs, this.retainMs);
    this.#lingerMs = Math.max(keepMs, this.retainMs + own.judgesMs);
    this.#late = late;
    const tracked = this.retainMs > 0 || early !== undefined || (own.remembers && options.keepMs > 0);
    this.rows = new IntervalRows({ name, key, columns, tracked, durable, asked, ...own });
    this.state = this.rows.rows;
    this.leaver = new Leaver(name, this.rows, place, next);
    this.retelling = new IntervalRetelling(this.rows, place, next);
    this.agenda = new Agenda(place.frontier, this);
    this.table = new IntervalTable({ rows: this.rows, key, keepMs, durable });
    if (options.late.kind === 'halt') this.halting = new IntervalHalting({ name, policy: options.late as BareHaltPolicy, durable, key, place, rows: this.rows, waits: own.waits === true, windows: this });
  }

  abstract push(value: T): void;

  revise(): void {
    throw new Error(`'${this.name}' aggregates facts; the plan let a changing table through`);
  }

  /** The frontier reached the end of windows, of their retention, or the time of early rows. */
  due(time: number): void {
    const { moment } = this.place;
    const { statuses, ends } = this.rows;
    moment.timer = time;
    const due = this.rows.inOrder(this.agenda.take(time));
    for (const row of due) if (statuses[row] === CLOSED && (ends[row] as number) + this.retainMs <= time) this.#settle(row);
    for (const row of due) if (statuses[row] === OPEN && (ends[row] as number) <= time && this.halting?.standsStill(row) !== true) this.#close(row);
    if (this.#early?.kind === 'every' && time % this.#early.everyMs === 0) this.#leaveEarly(time);
    moment.timer = NO_TIMER;
    // A step of its own, and complete: it stays when the event behind it is set aside.
    moment.touched = false;
    for (const row of due) {
      if (statuses[row] === FINAL) this.retire(row);
      else if ((ends[row] as number) <= time && this.halting?.standsStill(row) === true) continue;
      else if (statuses[row] === HIDDEN) this.hiddenDue(row);
      else this.arm(row);
    }
    this.agenda.done();
    this.table.passed = time;
    this.forgetFinals(time);
  }

  memo(): unknown {
    return { counters: this.counters, passed: this.table.passed };
  }

  restored(memo: unknown): void {
    const { counters, passed } = memo as { counters: Counters; passed: number };
    Object.assign(this.counters, counters);
    this.table.passed = passed;
    this.rows.restored();
    this.halting?.restored();
    for (const row of this.state.rows()) {
      this.restoreRow(row);
      if (this.#early?.kind === 'every' && this.rows.stirred[row] === true && this.rows.statuses[row] === OPEN) this.#stir(row);
    }
    this.#finals.sort((a, b) => (this.rows.ends[a] as number) - (this.rows.ends[b] as number));
    this.committed();
  }

  committed(): void {
    this.table.committed();
  }

  /** Reads the key of an event. */
  protected readKey(value: T): void {
    readParts(this.#key.selectors, value, this.parts);
  }

  protected refuse(value: T): void {
    if (this.halting === undefined) this.discard(value);
    else this.halting.hold(value, this.parts);
  }

  discard(value: T): void {
    this.counters.late += 1;
    this.place.moment.touched = true;
    this.#late.push(value);
  }

  /** By which an event is judged: the frontier, as it stands now or stood when a parked event came. */
  protected get frontier(): number {
    return this.halting === undefined ? this.place.frontier.value : this.halting.frontier;
  }

  leaveHeld(row: number): void {
    if (this.rows.statuses[row] === HIDDEN) return this.hiddenDue(row);
    this.#close(row);
    this.retire(row);
  }

  /** Whether a window that nothing had happened in so far, with this reach, may still appear, though the frontier is past its end. */
  protected mayAppear(reach: number, end: number): boolean {
    return this.retainMs > 0 && end + this.retainMs > this.place.frontier.value && !isProof(this.place.frontier.evidenceOf(reach, end));
  }

  /** From when on an event would make the window of a row another one. */
  protected reachOf(row: number): number {
    return this.rows.starts[row] as number;
  }

  /** On what it rests that nothing more comes which would make the window of a row another one. */
  protected evidenceOf(row: number): Evidence {
    return this.place.frontier.evidenceOf(this.reachOf(row), this.rows.ends[row] as number);
  }

  /** When the frontier has to come by. */
  arm(row: number): void {
    const end = this.rows.ends[row] as number;
    // It was due while its key stood still: it leaves when that goes on.
    if (this.halting !== undefined && end <= this.place.frontier.value) return this.agenda.remove(row);
    this.agenda.put(row, this.rows.statuses[row] === CLOSED ? end + this.retainMs : end);
  }

  /** The timer of a row again, or its place among those that wait to be forgotten. */
  protected restoreRow(row: number): void {
    if (this.rows.statuses[row] === FINAL || this.rows.statuses[row] === HIDDEN) this.#finals.push(row);
    else this.arm(row);
  }

  /** An open row is about to close; it is touched. */
  protected closing(_row: number): void {}

  /** A row that does not leave is due. */
  protected hiddenDue(row: number): void {
    this.retire(row);
  }

  /** A row has changed, because of the event that is being processed: it leaves at once where that is asked for. */
  protected changed(row: number): void {
    const { rows } = this;
    if (!rows.tracked) return;
    const wasStirred = rows.stirred[row] === true;
    rows.stirred[row] = true;
    if (rows.statuses[row] === CLOSED || this.#early?.kind === 'each') this.leaver.emit(row, undefined);
    else if (this.#early?.kind === 'every' && !wasStirred) this.#stir(row);
  }

  /** A row becomes final as it is, because of the event that is being processed. */
  protected complete(row: number, final: Evidence): void {
    const { rows } = this;
    rows.stirred[row] = true;
    rows.statuses[row] = FINAL;
    rows.evidences[row] = final;
    this.leaver.emit(row, final);
    this.agenda.remove(row);
    if (this.#lingerMs === 0) this.forget(row);
    else this.retire(row);
  }

  /** A row that will not leave any more is kept for as long as it is needed, and may be asked. */
  protected retire(row: number): void {
    this.#finals.push(row);
  }

  protected forget(row: number): void {
    this.agenda.remove(row);
    this.state.touch(row);
    this.state.free(row);
  }

  /** Whether a final row, though kept for long enough, is needed to judge what is late. */
  protected isNeeded(_row: number): boolean {
    return false;
  }

  #close(row: number): void {
    const { rows } = this;
    const evidence = this.evidenceOf(row);
    const isFinal = this.retainMs === 0 || isProof(evidence);
    this.state.touch(row);
    this.closing(row);
    rows.statuses[row] = isFinal ? FINAL : CLOSED;
    rows.evidences[row] = isFinal ? evidence : 0;
    if (isFinal || rows.stirred[row] === true || rows.leftOf(row) === undefined) this.leaver.leave(row, isFinal ? evidence : undefined, 'close');
  }

  #settle(row: number): void {
    const evidence = this.evidenceOf(row);
    this.state.touch(row);
    this.rows.statuses[row] = FINAL;
    this.rows.evidences[row] = evidence;
    this.leaver.leave(row, evidence, 'final');
  }

  /** Drops what has been kept for long enough when the frontier reaches `time`. */
  forgetFinals(time: number): void {
    if (this.halting?.isHolding === true) return;
    const finals = this.#finals;
    for (let left = finals.length - this.#finalsAt; left > 0; left -= 1) {
      const row = finals[this.#finalsAt] as number;
      if ((this.rows.ends[row] as number) + this.#lingerMs > time) break;
      this.#finalsAt += 1;
      if (this.isNeeded(row)) finals.push(row);
      else this.forget(row);
    }
    if (this.#finalsAt < FINALS_GONE_MIN || this.#finalsAt * 2 < finals.length) return;
    this.#finals = finals.slice(this.#finalsAt);
    this.#finalsAt = 0;
  }

  #stir(row: number): void {
    if (this.#early?.kind !== 'every') return;
    const [{ frontier }, { everyMs }] = [this.place, this.#early];
    if (this.#stirred.push(row) === 1) frontier.at((Math.floor(frontier.value / everyMs) + 1) * everyMs, this);
  }

  #leaveEarly(time: number): void {
    const { rows } = this;
    const isDue = (row: number): boolean => !this.state.isFree(row) && rows.stirred[row] === true && rows.statuses[row] === OPEN;
    // A row that was freed has no place in the order.
    const stirred = this.#stirred.filter(isDue);
    this.#stirred = [];
    // One that was used again is in the list twice.
    for (const row of rows.inOrder(stirred)) if (isDue(row)) this.leaver.leave(row, undefined, `early at ${time}`);
  }
}
