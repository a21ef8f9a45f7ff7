/** How much of bodies is held at a time, in bytes: in all, and for each who sends them, so that one cannot fill it for the others. */
export class BodyRoom {
  readonly #max: number;
  readonly #perSenderMax: number;
  readonly #held = new Map<string, number>();
  #all = 0;

  constructor(max: number, perSenderMax: number) {
    this.#max = max;
    this.#perSenderMax = perSenderMax;
  }

  /** Takes room for a body; what it returns gives it back, once. Undefined: there is none. */
  enter(sender: string, bytes: number): (() => void) | undefined {
    const held = this.#held.get(sender) ?? 0;
    if (this.#all + bytes > this.#max || held + bytes > this.#perSenderMax) return undefined;
    this.#add(sender, bytes);
    let given = false;
    return () => {
      if (!given) this.#add(sender, -bytes);
      given = true;
    };
  }

  #add(sender: string, bytes: number): void {
    this.#all += bytes;
    const held = (this.#held.get(sender) ?? 0) + bytes;
    if (held === 0) this.#held.delete(sender);
    else this.#held.set(sender, held);
  }
}
