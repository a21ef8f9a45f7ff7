/** An operator that gathers what one step brings it, and makes one change of it for each key. */
export interface Settling {
  readonly rank: number;
  settle(): void;
}

/**
 * Who has gathered something in this step, by topological rank.
 *
 * What one event or one step of a frontier reaches twice, over two ways or in several events, must not
 * show a state that no input explains. So an operator with several ways in gathers, says so here, and
 * emits its net once everything nearer to the source is through.
 */
export class Settler {
  /** Looked at after every event. */
  pending = false;
  readonly #waiting: Settling[] = [];

  /** The operator has gathered something; it asks once a step. */
  add(settling: Settling): void {
    const waiting = this.#waiting;
    let place = waiting.push(settling) - 1;
    for (; place > 0 && (waiting[place - 1] as Settling).rank > settling.rank; place -= 1) waiting[place] = waiting[place - 1] as Settling;
    waiting[place] = settling;
    this.pending = true;
  }

  /** Lets those of a rank below `rank` emit, nearest to the source first; what they emit may make others wait. */
  drain(rank: number = Number.POSITIVE_INFINITY): void {
    const waiting = this.#waiting;
    while (waiting.length > 0 && (waiting[0] as Settling).rank < rank) (waiting.shift() as Settling).settle();
    this.pending = waiting.length > 0;
  }
}
