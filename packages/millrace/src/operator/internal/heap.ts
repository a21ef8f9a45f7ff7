/** Something in an order, and of what is equal in it, by arrival. */
export interface Ranked {
  readonly order: number;
  readonly arrived: number;
}

/** A binary heap: the least is at hand. Adding what is nearly in order, as events are, costs next to nothing. */
export class Heap<R extends Ranked> {
  readonly #items: R[] = [];

  get size(): number {
    return this.#items.length;
  }

  get least(): R | undefined {
    return this.#items[0];
  }

  add(item: R): void {
    const items = this.#items;
    let at = items.push(item) - 1;
    while (at > 0) {
      const parent = (at - 1) >> 1;
      const above = items[parent] as R;
      if (!before(item, above)) break;
      items[at] = above;
      at = parent;
    }
    items[at] = item;
  }

  removeLeast(): void {
    const items = this.#items;
    const last = items.pop();
    if (last === undefined || items.length === 0) return;
    let at = 0;
    for (;;) {
      let child = 2 * at + 1;
      if (child >= items.length) break;
      if (child + 1 < items.length && before(items[child + 1] as R, items[child] as R)) child += 1;
      if (!before(items[child] as R, last)) break;
      items[at] = items[child] as R;
      at = child;
    }
    items[at] = last;
  }
}

function before(one: Ranked, other: Ranked): boolean {
  return one.order < other.order || (one.order === other.order && one.arrived < other.arrived);
}
