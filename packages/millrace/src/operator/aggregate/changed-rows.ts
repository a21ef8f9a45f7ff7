const ROWS_MIN = 64;

/**
 * The rows that have changed in a step, each once, in the order of their first change, and what they were before.
 *
 * Most steps change one row: nothing is allocated for that.
 */
export class ChangedRows<B> {
  #count = 0;
  readonly #rows: number[] = [];
  readonly #befores: (B | undefined)[] = [];
  /** By row: where in the list it stands, if it does. */
  #places: Int32Array = new Int32Array(ROWS_MIN);

  has(row: number): boolean {
    if (row < 0 || row >= this.#places.length) return false;
    const place = this.#places[row] as number;
    return place < this.#count && this.#rows[place] === row;
  }

  /** A row that is not there yet. */
  add(row: number, before: B | undefined): void {
    if (row >= this.#places.length) this.#grow(row);
    const place = this.#count;
    this.#places[row] = place;
    this.#rows.push(row);
    this.#befores.push(before);
    this.#count = place + 1;
  }

  /** What a row that is there was before. */
  before(row: number): B | undefined {
    return this.#befores[this.#places[row] as number];
  }

  /** Good until the next `clear`. */
  rows(): readonly number[] {
    return this.#rows;
  }

  clear(): void {
    // Taken out one by one they keep their room.
    for (; this.#count > 0; this.#count -= 1) {
      this.#rows.pop();
      this.#befores.pop();
    }
  }

  #grow(row: number): void {
    const places = new Int32Array(Math.max(row + 1, this.#places.length * 2));
    places.set(this.#places);
    this.#places = places;
  }
}
