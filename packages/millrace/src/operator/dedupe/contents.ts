import { ContentBytes } from './content-bytes.ts';

/** Makes a digest of what an event says besides its id. */
export class Contents<T> {
  readonly #select: (value: T) => unknown;
  readonly #digest: (bytes: Uint8Array) => string;
  readonly #content = new ContentBytes();

  constructor(select: (value: T) => unknown, digest: (bytes: Uint8Array) => string) {
    this.#select = select;
    this.#digest = digest;
  }

  of(value: T): string {
    const content = this.#content;
    content.set(this.#select(value));
    return this.#digest(content.bytes.subarray(0, content.length));
  }
}
