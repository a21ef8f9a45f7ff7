import { type FileHandle, open } from 'node:fs/promises';
import { errors } from '../error.ts';
import { messageOf } from '../reason.ts';

const CHUNK_BYTES = 128 * 1024;

/**
 * Reads a file in chunks from a position on, one chunk ahead of whoever takes them.
 *
 * A chunk that was taken stays as it is until the next one is taken: two buffers take turns.
 */
export class FileReader {
  readonly path: string;
  readonly #handle: FileHandle;
  readonly #buffers: [Uint8Array, Uint8Array];
  #position: number;
  #next: Uint8Array | undefined;
  #reading: Promise<void>;
  #failure: Error | undefined;

  private constructor(path: string, handle: FileHandle, position: number, chunkBytes: number) {
    this.path = path;
    this.#handle = handle;
    this.#buffers = [new Uint8Array(chunkBytes), new Uint8Array(chunkBytes)];
    this.#position = position;
    this.#reading = this.#read();
  }

  /** SOURCE_UNREADABLE where the path is no file that can be read, or ends before `position`. */
  static async open(path: string, position = 0, chunkBytes: number = CHUNK_BYTES): Promise<FileReader> {
    let handle: FileHandle | undefined;
    try {
      handle = await open(path, 'r');
      const stats = await handle.stat();
      if (!stats.isFile()) throw new Error('it is not a file');
      if (stats.size < position) throw new Error(`it has ${stats.size} bytes, and ${position} had been read before`);
      return new FileReader(path, handle, position, chunkBytes);
    } catch (error) {
      await handle?.close();
      throw unreadable(path, error);
    }
  }

  /** The next bytes; none at the end of the file; undefined while they are being read. */
  take(): Uint8Array | undefined {
    const chunk = this.#next;
    if (chunk === undefined || chunk.length === 0) return chunk;
    this.#buffers.reverse();
    this.#next = undefined;
    this.#reading = this.#read();
    return chunk;
  }

  /** Resolves when `take` has something; rejects when the file cannot be read on. */
  async ready(): Promise<void> {
    await this.#reading;
    if (this.#failure !== undefined) throw this.#failure;
  }

  async close(): Promise<void> {
    await this.#reading;
    await this.#handle.close();
  }

  async #read(): Promise<void> {
    const [buffer] = this.#buffers;
    try {
      const { bytesRead } = await this.#handle.read(buffer, 0, buffer.length, this.#position);
      this.#position += bytesRead;
      this.#next = buffer.subarray(0, bytesRead);
    } catch (error) {
      this.#failure = unreadable(this.path, error);
    }
  }
}

function unreadable(path: string, cause: unknown): Error {
  return errors.SOURCE_UNREADABLE({ path, reason: messageOf(cause) }, cause);
}
