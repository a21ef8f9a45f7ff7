import type { KeyPart } from '../../state/key.ts';
import type { Space } from '../../state/space.ts';
import type { State } from '../../state/state.ts';

/** What is over within so much event time rests together, and goes together. */
const BUCKET_MS = 1000;

/** An event that has asked a table for what held at a time; where it rests. */
export interface Asking {
  readonly space: Space;
  readonly row: number;
}

const EVENT = 0;
const TIME = 1;
const AT = 2;
const NUMBER = 3;
/** The columns of what is kept besides begin here. */
export const OWN_SLOTS = 4;

/** Events that have asked a table for what held at a time, durably: in each row what was asked, and then what is kept besides. */
export abstract class AskingRows {
  abstract readonly state: State;

  /** Rests until `over`. */
  protected create(parts: readonly KeyPart[], over: number, values: readonly unknown[]): Asking {
    const space = this.state.space(Math.floor(over / BUCKET_MS));
    const row = this.state.create(space, parts);
    for (let slot = 0; slot < values.length; slot += 1) (space.values[slot] as unknown[])[row] = values[slot];
    return { space, row };
  }

  /** Drops what was over before the table's frontier. */
  protected drop(frontier: number): void {
    for (const space of this.state.spaces.values()) if (endOf(space) <= frontier) this.state.drop(space);
  }

  /** When the table's frontier is past all that rests with it. */
  endOf({ space }: Asking): number {
    return endOf(space);
  }

  eventOf({ space, row }: Asking): unknown {
    return space.values[EVENT]?.[row];
  }

  timeOf({ space, row }: Asking): number {
    return space.values[TIME]?.[row] as number;
  }

  atOf({ space, row }: Asking): number {
    return space.values[AT]?.[row] as number;
  }

  /** In which order they came. */
  numberOf({ space, row }: Asking): number {
    return space.values[NUMBER]?.[row] as number;
  }
}

/** When what rests in a space can be forgotten. */
export function endOf(space: Space): number {
  return (space.id + 1) * BUCKET_MS;
}
