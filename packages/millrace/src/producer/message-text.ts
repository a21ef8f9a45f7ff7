import type { Previous } from './message.ts';

/*
 * Messages as they rest in the journal and travel: JSON, made once, so that a message that is sent
 * again is the same to the byte.
 *
 * Only the first message of an epoch, its heartbeats and its close name the predecessor: the first one
 * arrives before all others.
 */

/** Makes the messages of one producer and epoch for one partition. */
export class MessageText {
  readonly #event: string;
  readonly #heartbeat: string;
  readonly #close: string;
  readonly #previous: string;

  constructor(producer: string, epoch: number, previous: Previous | undefined) {
    const shared = `"producer":${JSON.stringify(producer)},"epoch":${epoch},"sequence":`;
    this.#event = `{"kind":"event",${shared}`;
    this.#heartbeat = `{"kind":"heartbeat",${shared}`;
    this.#close = `{"kind":"close",${shared}`;
    this.#previous = previous === undefined ? '}' : `,"previous":{"epoch":${previous.epoch},"sequence":${previous.sequence}}}`;
  }

  event(sequence: number, value: string): string {
    return `${this.#event}${sequence},"value":${value}}`;
  }

  heartbeat(sequence: number, promise: number): string {
    return `${this.#heartbeat}${sequence},"promise":${promise}${this.#previous}`;
  }

  close(sequence: number): string {
    return `${this.#close}${sequence}${this.#previous}`;
  }
}
