import { checkGiven, checkOptions, checkText, checkWord, refuse } from '../argument.ts';
import { errors } from '../error.ts';
import type { HttpAddress } from '../port/http-listen.ts';
import { HttpPostServer } from '../port/http-post.ts';
import type { BadInput, Batch, Reader, SourceContext, SourceSpec } from '../task/source.ts';
import { MESSAGES_PATH } from '../producer/messages-path.ts';
import type { Message } from '../producer/message.ts';
import { messageFlaw } from '../producer/message-flaw.ts';
import { eventFlaw } from './event-flaw.ts';
import { type IngestLimits, type Ingested, Ingestion } from './ingestion.ts';

export interface HttpIngestOptions {
  /** 0: any that is free; see `address`. */
  readonly port: number;
  /** Default 127.0.0.1: this machine only. */
  readonly host?: string;
  /** Default /events; of messages /messages, which is where producers look. */
  readonly path?: string;
  /** Takes what producers send that number their messages (see `millrace/producer`), instead of plain events. */
  readonly messages?: boolean;
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

const EVENTS: Ingested = { name: 'event', flaw: eventFlaw };
const MESSAGES: Ingested = { name: 'message', flaw: messageFlaw };

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
 *
 * With `messages` each event is a message of a producer, POSTed to /messages in the same forms; what is no
 * message is refused by itself. The rows are the messages as they came, also those that came twice.
 */
export function httpIngest<T>(options: HttpIngestOptions & { readonly messages: true }): HttpIngestSource<Message<T>>;
export function httpIngest<T>(options: HttpIngestOptions & { readonly messages?: false }): HttpIngestSource<T>;
export function httpIngest<T>(options: HttpIngestOptions): HttpIngestSource<T> {
  checkIngestOptions(options);
  const { host = '127.0.0.1', messages = false, path = messages ? MESSAGES_PATH : '/events', keep = 'processed' } = options;
  const limits = { ...limitsUsual, ...options.limits };
  let server: HttpPostServer | undefined;
  // A port that was free once is kept, so that clients find a program that was opened again.
  let { port } = options;
  return {
    kind: 'http-ingest',
    text: messages ? 'http ingest of messages' : 'http ingest',
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
      const opened = await HttpPostServer.listen({ host, port, path, bodyBytesMax, connectionsMax }, new Ingestion(log, limits, messages ? MESSAGES : EVENTS));
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

function checkIngestOptions(options: HttpIngestOptions): void {
  checkGiven('httpIngest(options)', options, ['port', 'host', 'path', 'messages', 'keep', 'limits']);
  const { port, host = '127.0.0.1', path = '/', messages = false, keep, limits } = options;
  if (!Number.isInteger(port) || port < 0 || port > PORT_MAX) refuse('httpIngest({ port })', `a port from 0 to ${PORT_MAX}`, port);
  checkText('httpIngest({ host })', host, 'an address to listen on');
  if (typeof path !== 'string' || !path.startsWith('/')) refuse('httpIngest({ path })', "a path that begins with '/'", path);
  if (typeof messages !== 'boolean') refuse('httpIngest({ messages })', 'true or false', messages);
  checkWord('httpIngest({ keep })', keep, ['processed', 'forever']);
  checkOptions('httpIngest({ limits })', limits, Object.keys(limitsUsual));
  for (const [name, limit] of Object.entries(limits ?? {})) if (!(Number.isSafeInteger(limit) && limit >= 1)) refuse(`httpIngest({ limits: { ${name} } })`, 'a whole number, 1 or more', limit);
}

const PORT_MAX = 65_535;

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
