/** How many bytes all recordings that share it may take together. */
export class RecordingRoom {
  #bytesLeft: number;

  constructor(bytesMax: number) {
    this.#bytesLeft = bytesMax;
  }

  take(bytes: number): boolean {
    if (bytes > this.#bytesLeft) return false;
    this.#bytesLeft -= bytes;
    return true;
  }

  give(bytes: number): void {
    this.#bytesLeft += bytes;
  }
}

/** The bytes of a stream, recorded to be sent again; given up when they are too many to keep. */
export class Recording {
  readonly #bytesMax: number;
  readonly #room: RecordingRoom | undefined;
  #parts: Buffer[] | undefined = [];
  #bytes = 0;

  /** Without a room only its own length counts. */
  constructor(bytesMax: number, room?: RecordingRoom) {
    this.#bytesMax = bytesMax;
    this.#room = room;
  }

  add(part: Buffer): void {
    if (this.#parts === undefined) return;
    if (this.#bytes + part.length > this.#bytesMax || this.#room?.take(part.length) === false) return this.#drop();
    this.#bytes += part.length;
    this.#parts.push(part);
  }

  /** All of it, or undefined where it was given up. The recording is over. */
  end(): Buffer | undefined {
    const all = this.#parts && Buffer.concat(this.#parts);
    this.#drop();
    return all;
  }

  #drop(): void {
    this.#parts = undefined;
    this.#room?.give(this.#bytes);
    this.#bytes = 0;
  }
}
