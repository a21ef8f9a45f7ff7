/*
 * Whose turn it is among those who share something: deficit round robin.
 *
 * Every one with something waiting gets a quantum in each round, and is served while what it has suffices for its
 * oldest. So, whatever they bring, what any two with something waiting were served differs by no more than a quantum
 * and twice the largest cost. Of one, the oldest goes first.
 */

/** What each gets in a round. */
export const QUANTUM = 4_096;
/** What costs more counts as this, so that a round is found in few steps. */
export const COST_MAX: number = 32 * QUANTUM;

type Waiting<Item> = { readonly item: Item; readonly cost: number };
type Line<Who, Item> = { readonly who: Who; readonly waiting: Waiting<Item>[]; deficit: number };

export class DeficitRounds<Who, Item> {
  readonly #lines = new Map<Who, Line<Who, Item>>();
  /** Who has something waiting; the first has its turn. */
  readonly #round: Line<Who, Item>[] = [];
  /** Whether the first has got its quantum. */
  #hasQuantum = false;
  #size = 0;

  get size(): number {
    return this.#size;
  }

  add(who: Who, item: Item, cost: number): void {
    let line = this.#lines.get(who);
    if (line === undefined) {
      line = { who, waiting: [], deficit: 0 };
      this.#lines.set(who, line);
      this.#round.push(line);
    }
    line.waiting.push({ item, cost: Math.min(cost, COST_MAX) });
    this.#size += 1;
  }

  /** The next one, which waits no longer; undefined where none does. */
  next(): Item | undefined {
    for (;;) {
      const [line] = this.#round;
      if (line === undefined) return undefined;
      if (!this.#hasQuantum) line.deficit += QUANTUM;
      this.#hasQuantum = true;
      const { item, cost } = line.waiting[0] as Waiting<Item>;
      if (cost <= line.deficit) {
        line.deficit -= cost;
        this.#drop(line, 0);
        return item;
      }
      this.#round.push(this.#round.shift() as Line<Who, Item>);
      this.#hasQuantum = false;
    }
  }

  /** One waits no longer; false: it did not wait. */
  remove(who: Who, item: Item): boolean {
    const line = this.#lines.get(who);
    const at = line?.waiting.findIndex((one) => one.item === item) ?? -1;
    if (line === undefined || at < 0) return false;
    this.#drop(line, at);
    return true;
  }

  /** How many of one wait. */
  of(who: Who): number {
    return this.#lines.get(who)?.waiting.length ?? 0;
  }

  /** The newest of whoever has most waiting. */
  newestOfLongest(): { readonly who: Who; readonly item: Item } | undefined {
    let longest: Line<Who, Item> | undefined;
    for (const line of this.#round) if (longest === undefined || line.waiting.length > longest.waiting.length) longest = line;
    return longest && { who: longest.who, item: (longest.waiting.at(-1) as Waiting<Item>).item };
  }

  #drop(line: Line<Who, Item>, at: number): void {
    line.waiting.splice(at, 1);
    this.#size -= 1;
    if (line.waiting.length > 0) return;
    // Who has nothing waiting saves nothing up.
    this.#lines.delete(line.who);
    const place = this.#round.indexOf(line);
    this.#round.splice(place, 1);
    if (place === 0) this.#hasQuantum = false;
  }
}
