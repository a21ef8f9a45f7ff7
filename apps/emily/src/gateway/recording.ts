/** The bytes of a stream, recorded to be sent again; given up when they are too many to keep. */
export class Recording {
  readonly #bytesMax: number;
  #parts: Buffer[] | undefined = [];
  #bytes = 0;

  constructor(bytesMax: number) {
    this.#bytesMax = bytesMax;
  }

  add(part: Buffer): void {
    this.#bytes += part.length;
    if (this.#bytes > this.#bytesMax) this.#parts = undefined;
    else this.#parts?.push(part);
  }

  /** All of it, or undefined where it was given up. */
  bytes(): Buffer | undefined {
    return this.#parts && Buffer.concat(this.#parts);
  }
}
