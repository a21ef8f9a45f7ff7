import { closeSync, mkdirSync, openSync, renameSync, statSync, writeSync } from 'node:fs';
import { dirname } from 'node:path';

/** A longer file is put aside under `.1`, and whatever was there before is gone. */
const logBytesMax = 8 * 1_024 * 1_024;
/** So much of the end is remembered, to be shown when its program fails. */
const tailBytesMax = 4_096;
const tailLinesMax = 20;

/** What a program has printed, in a file that only its owner may read, and that does not grow for ever. */
export class KeptLog {
  readonly file: string;
  readonly #bytesMax: number;
  #descriptor: number;
  #bytes: number;
  #tail = Buffer.alloc(0);
  #isClosed = false;

  /** Goes on behind what the file has. */
  constructor(file: string, bytesMax: number = logBytesMax) {
    this.file = file;
    this.#bytesMax = bytesMax;
    mkdirSync(dirname(file), { recursive: true, mode: 0o700 });
    this.#descriptor = open(file);
    this.#bytes = statSync(file).size;
  }

  write(bytes: Buffer): void {
    if (this.#isClosed) return;
    this.#tail = Buffer.concat([this.#tail, bytes]).subarray(-tailBytesMax);
    try {
      if (this.#bytes > 0 && this.#bytes + bytes.length > this.#bytesMax) this.#putAside();
      this.#bytes += writeSync(this.#descriptor, bytes);
    } catch {
      // A full disk takes nothing from the program whose log this is; the end of it is still shown.
    }
  }

  /** The last lines since this was opened. */
  tail(): string {
    return this.#tail.toString().trimEnd().split('\n').slice(-tailLinesMax).join('\n');
  }

  /** What comes later is nobody's. */
  close(): void {
    this.#isClosed = true;
    closeSync(this.#descriptor);
  }

  #putAside(): void {
    renameSync(this.file, `${this.file}.1`);
    const full = this.#descriptor;
    this.#descriptor = open(this.file);
    this.#bytes = 0;
    closeSync(full);
  }
}

const open = (file: string): number => openSync(file, 'a', 0o600);
