import type { FastifyBaseLogger } from 'fastify';
import type { Caller } from './caller.ts';
import type { EndedCall } from './linked-call.ts';
import type { Refusal } from './refusal.ts';

/**
 * One line of JSON for each call at the level `info`: who asked for what, how it ended, and how long that took. Each
 * member is chosen here; what was said, and the text of a key, are never among them.
 */
export class CallLog {
  readonly #log: FastifyBaseLogger;

  constructor(log: FastifyBaseLogger) {
    this.#log = log;
  }

  ended({ id, tenant, project, key, model, outcome, units, provenance, replica, firstTokenMs, totalMs }: EndedCall, stream: boolean): void {
    this.#log.info({ request: id, tenant, project, key, model, stream, outcome, units, provenance, replica, firstTokenMs, totalMs }, 'call');
  }

  /** It was answered with what another one made, and costs nothing. */
  repeated({ id, credential, model }: Caller): void {
    this.#log.info({ request: id, tenant: credential?.tenant, project: credential?.project, key: credential?.key, model, outcome: 'repeated' }, 'call');
  }

  /** Of strangers only at the level `debug`: they could fill the disk. */
  refused({ id, credential, model }: Caller, { code, status }: Refusal): void {
    const line = { request: id, tenant: credential?.tenant, project: credential?.project, key: credential?.key, model, outcome: 'refused', code, status };
    if (credential === undefined) this.#log.debug(line, 'call');
    else this.#log.info(line, 'call');
  }
}
