import type { OutgoingHttpHeaders, ServerResponse } from 'node:http';
import type { FastifyReply } from 'fastify';
import type { EngineUsage } from './engine-usage.ts';

/** The count of a stream at one point of it. */
export type Mark = { readonly usage: EngineUsage | undefined; readonly metered: boolean };

/**
 * The client's end of a stream: what is written to it, and what of that has left.
 *
 * - `delivered` is the newest mark whose bytes, and all bytes before them, were handed to the network.
 * - A client that takes nothing for too long while more waits for it is cut off.
 */
export class StreamClient {
  delivered: Mark = { usage: undefined, metered: false };
  readonly #reply: FastifyReply;
  readonly #response: ServerResponse;
  readonly #stallMsMax: number;
  /** The marks of the writes that have not left yet, oldest first. */
  readonly #pending: Mark[] = [];

  constructor(reply: FastifyReply, stallMsMax: number) {
    this.#reply = reply;
    this.#response = reply.raw;
    this.#stallMsMax = stallMsMax;
  }

  get gone(): boolean {
    return this.#response.destroyed;
  }

  /** Calls back when the client is gone, at once where it is already; what it returns calls that off. */
  onGone(callback: () => void): () => void {
    if (this.gone) callback();
    this.#response.once('close', callback);
    return () => this.#response.off('close', callback);
  }

  /** Sends the status and the headers. From here on the answer is this stream's, and no longer Fastify's. */
  begin(headers: Record<string, string | number>): void {
    this.#reply.hijack();
    this.#reply.headers(headers);
    if (!this.gone) this.#response.writeHead(200, this.#reply.getHeaders() as OutgoingHttpHeaders);
  }

  /** Writes a piece of the stream; a promise, where the client must catch up before the next. */
  write(bytes: Buffer, mark: Mark): Promise<void> | undefined {
    if (this.gone) return undefined;
    if (bytes.length === 0) return this.#advance(mark);
    this.#pending.push(mark);
    const hasRoom = this.#response.write(bytes, this.#left);
    return hasRoom ? undefined : this.#caughtUp();
  }

  end(bytes: Buffer): void {
    if (!this.gone) this.#response.end(bytes);
  }

  /** A mark without bytes is delivered with the bytes before it. */
  #advance(mark: Mark): undefined {
    if (this.#pending.length === 0) this.delivered = mark;
    else this.#pending[this.#pending.length - 1] = mark;
  }

  readonly #left = (error?: Error | null): void => {
    const mark = this.#pending.shift();
    if (mark !== undefined && (error === undefined || error === null)) this.delivered = mark;
  };

  #caughtUp(): Promise<void> {
    return new Promise((resolve) => {
      const cutOff = setTimeout(() => this.#response.destroy(), this.#stallMsMax);
      const settle = (): void => {
        clearTimeout(cutOff);
        this.#response.off('drain', settle).off('close', settle);
        resolve();
      };
      this.#response.on('drain', settle).on('close', settle);
    });
  }
}
