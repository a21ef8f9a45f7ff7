import { errors } from '../error.ts';
import { type HttpAddress, HttpPostServer } from '../port/http-post.ts';
import type { BadInput, Batch, Reader, SourceContext, SourceSpec } from '../task/source.ts';
import { type IngestLimits, Ingestion } from './ingestion.ts';

export interface HttpIngestOptions {
  /** 0: any that is free; see `address`. */
  readonly port: number;
  /** Default 127.0.0.1: this machine only. */
  readonly host?: string;
  /** Default /events. */
  readonly path?: string;
  /** Events are kept in the program's store until a commit covers their processing, or for ever. Default: 'processed'. */
  readonly keep?: 'processed' | 'forever';
  readonly limits?: Partial<IngestLimits>;
}

const limitsUsual: IngestLimits = {
  bodyBytesMax: 4 * 1024 * 1024,
  eventsMax: 10_000,
  lineBytesMax: 1024 * 1024,
  connectionsMax: 1024,
};

export interface HttpIngestSource<T> extends SourceSpec<T> {
  readonly kind: 'http-ingest';
  /** Where it listens, from the start of the program to its end. */
  address(): HttpAddress;
}

/**
 * Takes events over HTTP, and answers when they are durable in the program's store.
 *
 *   POST /events   application/json       an event, or a list of them
 *                  application/x-ndjson   a stream of events, one a line; it is taken in as it comes
 *   200            {"accepted": 2, "bad": [{"index": 1, "reason": "…"}]}       "line", from 1, in a stream
 *   4xx, 5xx       {"error": {"code", "message", "expected", "got", "cure"}}   nothing of a JSON request was stored
 *
 * What is no event is set aside in the program's `bad` and stops no other. A stream that breaks off
 * without an answer is stored up to some line: send it again, and let `dedupe` drop what came twice.
 */
export function httpIngest<T>(options: HttpIngestOptions): HttpIngestSource<T> {
  const { host = '127.0.0.1', path = '/events', keep = 'processed' } = options;
  const limits = { ...limitsUsual, ...options.limits };
  let server: HttpPostServer | undefined;
  // A port that was free once is kept, so that clients find a program that was opened again.
  let { port } = options;
  return {
    kind: 'http-ingest',
    text: 'http ingest',
    partitions: 1,
    endless: true,
    ...(keep === 'forever' && { again: async (context: SourceContext): Promise<readonly Reader<T>[]> => [context.log<T>(keep).again()] }),
    address() {
      if (server === undefined) throw errors.NOT_LISTENING({ path });
      return server.address;
    },
    async open(context: SourceContext, [cursor]): Promise<readonly Reader<T>[]> {
      const log = context.log<T>(keep);
      const { bodyBytesMax, connectionsMax } = limits;
      const opened = await HttpPostServer.listen({ host, port, path, bodyBytesMax, connectionsMax }, new Ingestion(log, limits));
      server = opened;
      port = opened.address.port;
      return [
        new IngestReader(log.reader(cursor), async () => {
          server = undefined;
          await opened.close();
        }),
      ];
    },
  };
}

/** Reads the log, and closes the server with it. */
class IngestReader<T> implements Reader<T> {
  readonly #log: Reader<T>;
  readonly #closeServer: () => Promise<void>;

  constructor(log: Reader<T>, closeServer: () => Promise<void>) {
    this.#log = log;
    this.#closeServer = closeServer;
  }

  read(max: number): Batch<T> | BadInput | undefined | 'ended' {
    return this.#log.read(max);
  }

  ready(): Promise<void> {
    return this.#log.ready();
  }

  async close(): Promise<void> {
    await this.#closeServer();
    await this.#log.close();
  }
}
