import { type FileHandle, open } from 'node:fs/promises';
import { dirname } from 'node:path';

/** A file that is written at places of one's choosing, and made durable. */
export class FileWriter {
  readonly #handle: FileHandle;
  /** The operation that is under way; the next one waits for it. */
  #busy: Promise<unknown> = Promise.resolve();
  /** The file's length in bytes. */
  #length: number;

  private constructor(handle: FileHandle, length: number) {
    this.#handle = handle;
    this.#length = length;
  }

  /** Opens a file for writing, creates it where there is none, and leaves what it holds. */
  static async open(path: string): Promise<FileWriter> {
    const handle = await openOrCreate(path);
    try {
      return new FileWriter(handle, (await handle.stat()).size);
    } catch (error) {
      await handle.close();
      throw error;
    }
  }

  get length(): number {
    return this.#length;
  }

  /** Writes bytes from position `start` on, over what is there. */
  writeAt(bytes: Uint8Array, start: number): Promise<void> {
    return this.#after(async () => {
      for (let done = 0; done < bytes.length; ) {
        const { bytesWritten } = await this.#handle.write(bytes, done, bytes.length - done, start + done);
        done += bytesWritten;
      }
      this.#length = Math.max(this.#length, start + bytes.length);
    });
  }

  truncate(length: number): Promise<void> {
    return this.#after(async () => {
      await this.#handle.truncate(length);
      this.#length = length;
    });
  }

  /** Resolves when everything written before is durable. */
  sync(): Promise<void> {
    return this.#after(() => this.#handle.datasync());
  }

  /** Closes once what is under way has ended. */
  close(): Promise<void> {
    return this.#after(() => this.#handle.close());
  }

  #after(work: () => Promise<void>): Promise<void> {
    const done = this.#busy.then(work);
    this.#busy = done.catch(() => {});
    return done;
  }
}

async function openOrCreate(path: string): Promise<FileHandle> {
  try {
    return await open(path, 'r+');
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'ENOENT') throw error;
  }
  const handle = await open(path, 'wx');
  // A new file survives a power cut only if its folder's entry is synced as well.
  const folder = await open(dirname(path), 'r');
  try {
    await folder.sync();
  } finally {
    await folder.close();
  }
  return handle;
}
