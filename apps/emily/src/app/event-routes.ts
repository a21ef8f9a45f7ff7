import type { FastifyPluginAsync, FastifyReply, FastifyRequest } from 'fastify';
import type { Accounts } from '../account/accounts.ts';
import type { Credential } from '../domain/credential.ts';
import type { EpochMs, TenantId } from '../domain/names.ts';
import { excerpt, problemBody, type Problem } from '../gateway/problem.ts';
import { isFromReplayer, type ReplayTerms } from '../gateway/replay-terms.ts';
import { BodyRoom } from './body-room.ts';
import { eventAttributes } from './event-headers.ts';
import { EVENTS_MAX, rowOfHeaders, rowsOf, type EventRows } from './event-rows.ts';
import { keyLacks, keyRefused, refuse } from './refuse.ts';
import type { EventRules } from './usage-event.ts';

export type EventOptions = {
  readonly accounts: Accounts;
  /** Resolves when all of these rows are durable, in this order: usage events, and what is to be set aside. */
  readonly append: (rows: readonly unknown[]) => Promise<void>;
  /** The tenant whose administrators may send usage for every tenant. */
  readonly operator: TenantId;
  readonly now: () => EpochMs;
  /** How far an event's time may be ahead of ours. */
  readonly aheadMsMax: number;
  /** A trace is replayed: only its events are taken, at their own times. */
  readonly replay: ReplayTerms | undefined;
  /** What is before this instant is of a month that has closed. */
  readonly closedBefore: () => number;
};

const mib = 1_024 * 1_024;
const BODY_BYTES_MAX = 16 * mib;
/** Bodies that are read or worked on at a time: in all, and of one tenant. */
const BODIES_BYTES_MAX = 256 * mib;
const BODIES_PER_TENANT_BYTES_MAX = 64 * mib;
const PROBLEMS_SHOWN_MAX = 100;
const types: readonly string[] = ['application/json', 'application/cloudevents+json', 'application/cloudevents-batch+json', 'application/x-ndjson'];

/**
 * `POST /v1/events`: usage measured elsewhere, as CloudEvents 1.0: one, a batch, or a line each; or one whose attributes
 * are headers.
 *
 * - The answer comes after the durable commit.
 * - What is no usage event is named in the answer, by its place, and set aside with the reason; the others are
 *   taken all the same, and the answer is 207 then, so that nobody overlooks it. It is 207 too where some are
 *   of a month that has closed, and so taken but not counted.
 * - Who may not send, and what is too large, is refused before it is read; too many events, before any is.
 */
export const eventRoutes = (options: EventOptions): FastifyPluginAsync => async (app) => {
  const { accounts, append, replay } = options;
  const room = new BodyRoom(BODIES_BYTES_MAX, BODIES_PER_TENANT_BYTES_MAX);
  const senders = new WeakMap<FastifyRequest, Credential>();
  app.removeAllContentTypeParsers();
  app.addContentTypeParser('*', { parseAs: 'buffer', bodyLimit: BODY_BYTES_MAX }, (_request, body, done) => done(null, body));

  app.addHook('onRequest', async (request, reply) => {
    const credential = accounts.authenticate(request.headers.authorization);
    if (credential === undefined) return refuse(reply, keyRefused);
    if (!credential.scopes.has('ingest')) return refuse(reply, keyLacks('ingest'));
    if (replay !== undefined && !isFromReplayer(request.headers, replay)) return refuse(reply, logEnded);
    const { 'content-type': type = '', 'content-encoding': encoding = 'identity', 'content-length': length } = request.headers;
    if (encoding !== 'identity') return refuse(reply, badType(`content encoding ${encoding}`));
    if (!types.includes(typeOf(type))) return refuse(reply, badType(type));
    const leave = room.enter(credential.tenant, Math.min(Number(length ?? BODY_BYTES_MAX), BODY_BYTES_MAX));
    if (leave === undefined) return refuse(reply.header('retry-after', 1), noRoom);
    reply.raw.once('close', leave);
    senders.set(request, credential);
  });

  app.post<{ Body: Buffer | undefined }>('/v1/events', async (request, reply) => {
    const body = request.body ?? Buffer.alloc(0);
    const type = typeOf(request.headers['content-type'] ?? '');
    const [asLines, isPlain] = [type === 'application/x-ndjson', type === 'application/json'];
    let closedBefore: number;
    try {
      closedBefore = options.closedBefore();
    } catch (error) {
      return notTaken(error, request, reply);
    }
    const attributes = isPlain ? eventAttributes(request.raw) : undefined;
    const reading = { rules: rulesFor(senders.get(request)!), closedBefore };
    const read = attributes === undefined ? await rowsOf(body, { asLines, ...reading }) : rowOfHeaders(body, attributes, reading);
    if (typeof read === 'number') return refuse(reply, tooMany(read));
    try {
      await append(read.rows);
    } catch (error) {
      return notTaken(error, request, reply);
    }
    return answer(read, reply);
  });

  function rulesFor({ tenant, scopes }: Credential): EventRules {
    const forAll = tenant === options.operator && scopes.has('admin');
    const latest = replay?.latest ?? options.now() + options.aheadMsMax;
    return { tenant: forAll ? undefined : tenant, isTenant: (id: TenantId) => accounts.tenant(id) !== undefined, latest };
  }
};

function answer({ rows, problems, late }: EventRows, reply: FastifyReply): object {
  const accepted = rows.length - problems.length;
  if (problems.length === 0 && late === 0) return { accepted };
  const said = {
    accepted,
    ...(late > 0 && { late }),
    ...(problems.length > 0 && { refused: problems.length, problems: problems.slice(0, PROBLEMS_SHOWN_MAX) }),
  };
  return accepted > 0 ? reply.code(207).send(said) : reply.code(400).send({ ...problemBody(noneTaken(problems[0]!.problem)), ...said });
}

/** Nothing was taken: the log takes no more, or cannot make durable what it is given. */
function notTaken(error: unknown, request: FastifyRequest, reply: FastifyReply): FastifyReply {
  if ((error as { readonly code?: unknown }).code === 'LOG_ENDED') return refuse(reply, logEnded);
  request.log.error({ err: error }, 'events could not be made durable');
  return refuse(reply.header('retry-after', 1), notDurable);
}

const typeOf = (contentType: string): string => contentType.split(';')[0]?.trim().toLowerCase() ?? '';

const badType = (found: string): Problem => ({
  status: 415,
  code: 'unsupported_media_type',
  message: `The body must be sent as ${types.join(', ')}, not compressed.`,
  expected: `${types.join(', ')}, not compressed`,
  got: found === '' ? 'no content type' : excerpt(found),
  cure: 'Say in the header content-type what the body is, and send it as it is.',
});

const tooMany = (count: number): Problem => ({
  status: 413,
  code: 'too_many_events',
  message: `The body has ${count} events, and at most ${EVENTS_MAX} are taken in a request; send fewer in each. None of them was taken.`,
  expected: `at most ${EVENTS_MAX} events`,
  got: `${count}`,
  cure: 'Send fewer in each request.',
});

const noneTaken = (problem: string): Problem => ({
  status: 400,
  code: 'no_event_taken',
  message: `None of what was sent is a usage event; the first: ${problem}. All of it was set aside.`,
  expected: 'usage as CloudEvents 1.0',
  got: problem,
  cure: 'Correct what `problems` names, and send that again.',
});

const logEnded: Problem = {
  status: 409,
  code: 'log_ended',
  message: 'This Emily replays a trace, and takes no other events.',
  expected: 'events of the trace',
  got: 'others',
  cure: 'Send them to an Emily that serves.',
};

const noRoom: Problem = {
  status: 429,
  code: 'too_many_bodies',
  message: `More than ${BODIES_PER_TENANT_BYTES_MAX} bytes of your requests, or ${BODIES_BYTES_MAX} of all, are on their way; wait for some to be answered. Nothing was taken.`,
  expected: `at most ${BODIES_PER_TENANT_BYTES_MAX} bytes of a tenant on their way`,
  got: 'more',
  cure: 'Send the next request when the last one is answered; a content-length takes no more room than it says.',
};

const notDurable: Problem = {
  status: 503,
  code: 'log_unavailable',
  message: 'The events could not be made durable; send them again. None of them was taken.',
  expected: 'a log that takes events',
  got: 'one that does not',
  cure: 'Send them again.',
};
