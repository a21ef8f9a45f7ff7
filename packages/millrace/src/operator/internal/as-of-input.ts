import { errors } from '../../error.ts';
import { textOf } from '../../reason.ts';
import { type KeyPart, type KeyShape, checkParts } from '../../state/key.ts';
import type { Frontier } from '../../time/frontier.ts';
import type { Output, Place } from '../operator.ts';
import { type Counters, noCounters } from '../stateful.ts';
import type { VersionSet } from '../versioned/versioned.ts';
import type { Versions } from '../versioned/versions.ts';

export interface AsOfInputOptions<T, K> {
  readonly name: string;
  readonly key: KeyShape<T, K>;
  /** The event time as of which it asks; undefined: that of the event. */
  readonly at: ((event: T) => number) | undefined;
}

/**
 * What every join as of a time does with its two inputs: of each event it finds the key and the time
 * asked for, and it hears what the table says of new rows.
 *
 * - What asks for a time that the table has forgotten is late: counted, and sent to `late`.
 * - null and undefined are no events.
 */
export abstract class AsOfInput<T, K> implements Output<T> {
  readonly name: string;
  readonly rank: number;
  readonly counters: Counters = { ...noCounters(), missing: 0 };
  /** Takes what the table says of new rows. */
  readonly sets: Output<VersionSet>;
  protected readonly versions: Versions;
  protected readonly place: Place;
  /** Of the table. */
  protected readonly frontier: Frontier;
  readonly #options: AsOfInputOptions<T, K>;
  readonly #late: Output<T>;
  readonly #parts: KeyPart[];

  constructor(options: AsOfInputOptions<T, K>, versions: Versions, place: Place, late: Output<T>) {
    const { name, key } = options;
    this.name = name;
    this.rank = place.rank;
    this.versions = versions;
    this.place = place;
    this.frontier = place.inputs[1] as Frontier;
    this.#options = options;
    this.#late = late;
    this.#parts = key.selectors.map(() => null);
    this.sets = {
      push: (set) => this.rowSet(set),
      revise: () => {
        throw new Error(`'${name}' was sent a change of what a table had said`);
      },
    };
  }

  push(event: T): void {
    if (event === null || event === undefined) return;
    const { key, at: atOf } = this.#options;
    const { moment } = this.place;
    const { time } = moment;
    const at = atOf === undefined ? time : atOf(event);
    if (!(at >= 0 && Number.isSafeInteger(at))) throw errors.BAD_AS_OF({ join: this.name, found: textOf(at) });
    if (at < this.versions.horizon) {
      this.counters.late += 1;
      moment.touched = true;
      this.#late.push(event);
      return;
    }
    const parts = this.#parts;
    for (let i = 0; i < parts.length; i += 1) parts[i] = (key.selectors[i] as (event: T) => KeyPart)(event);
    // Also where it is answered at once, and nothing of it is kept.
    checkParts(this.name, parts);
    this.asks(parts, event, time, at);
  }

  revise(): void {
    throw new Error(`'${this.name}' joins facts; the plan let a changing table through`);
  }

  /** An event of this key and this time asks for what the table held at `at`; the parts are the next event's after this. */
  protected abstract asks(parts: readonly KeyPart[], event: T, time: number, at: number): void;

  /** The table has a row from a time on. */
  protected abstract rowSet(set: VersionSet): void;
}
