import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify';
import { scopedKey } from '../domain/idempotency-scope.ts';
import { modelId } from '../domain/names.ts';
import type { ModelCatalog } from '../domain/model-catalog.ts';
import { admit, timeOf, type Admission, type Wish } from './admission.ts';
import { answerRefusal } from './answer-refusal.ts';
import { failed } from './call.ts';
import { CallTrace } from './call-trace.ts';
import { callerWith } from './caller.ts';
import { readCallRequest } from './call-request.ts';
import { endpoints, type Endpoint } from './endpoint.ts';
import { StreamClient } from './stream-client.ts';
import { readIdempotencyHeader } from './idempotency-header.ts';
import type { AttemptLinks } from './attempt-links.ts';
import type { IdempotencyKeys } from './idempotency.ts';
import type { Answer } from './kept-answers.ts';
import type { LinkedCall } from './linked-call.ts';
import type { OpenStreams } from './open-streams.ts';
import type { RecordingRoom } from './recording.ts';
import { Refusal, refuse } from './refusal.ts';
import { readRetryHeader, type RetryHeader } from './retry-header.ts';
import { TraceTimes } from './stamps.ts';
import { streamedAnswer } from './streamed-answer.ts';
import { wholeAnswer } from './whole-answer.ts';

export type CallRouteParts = {
  readonly admission: Admission;
  readonly models: ModelCatalog;
  readonly keys: IdempotencyKeys;
  readonly links: AttemptLinks;
  readonly room: RecordingRoom;
  readonly streams: OpenStreams;
};

/** `POST` of every endpoint: the calls that everything else here is about. */
export function callRoutes(app: FastifyInstance, parts: CallRouteParts): void {
  for (const endpoint of endpoints) callRoute(app, endpoint, parts);
}

function callRoute(app: FastifyInstance, endpoint: Endpoint, { admission, models, keys, links, room, streams }: CallRouteParts): void {
  const { limits } = admission;

  app.post(endpoint.path, { bodyLimit: limits.bodyBytesMax, errorHandler: refused }, async (request, reply) => {
    const trace = new CallTrace(endpoint, request.headers);
    try {
      return await answered(read(request, reply, trace), request, reply);
    } catch (error) {
      trace.refused(Refusal.of(error));
      throw error;
    } finally {
      trace.close();
    }
  });

  async function answered(wish: Wish, request: FastifyRequest, reply: FastifyReply): Promise<FastifyReply> {
    if (wish.retry !== undefined) return attempt(wish, wish.retry, request, reply);
    if (wish.key === undefined) return send(reply, await make(wish, request, reply));
    const { id, credential } = wish.caller;
    const claim = keys.claim(credential.tenant, scopedKey(credential.project, wish.key.key), { bodyHash: wish.key.bodyHash, requestId: id });
    if (claim.kind === 'repeat') {
      const answer = await claim.answer;
      return repeat(wish, reply, answer);
    }
    try {
      const answer = await make(wish, request, reply);
      claim.made(answer);
      return send(reply, answer);
    } catch (error) {
      claim.failed(error);
      throw error;
    }
  }

  /** What another call was answered. */
  function repeat({ caller, trace }: Wish, reply: FastifyReply, answer: Answer | undefined): FastifyReply {
    admission.log.repeated(caller);
    trace.repeated();
    return send(reply.header('idempotent-replayed', 'true'), answer);
  }

  /** One attempt of a client that counts them: it repeats the call that the one before made, or makes one. */
  async function attempt(wish: Wish, retry: RetryHeader, request: FastifyRequest, reply: FastifyReply): Promise<FastifyReply> {
    const one = links.begin(wish.caller.credential.key, retry);
    let made: LinkedCall | undefined;
    try {
      const repeated = await one.repeated();
      if (repeated !== undefined) return repeat(wish, reply, repeated);
      made = one.make();
      const answer = await make(wish, request, reply, made);
      made.made(answer);
      return send(reply, answer);
    } catch (error) {
      one.failed();
      made?.failed(error);
      throw error;
    }
  }

  /** What the request asks for, found fit to be asked. */
  function read(request: FastifyRequest, reply: FastifyReply, trace: CallTrace): Wish {
    const caller = callerWith(request, 'infer');
    const body = request.body instanceof Buffer ? request.body : Buffer.alloc(0);
    const asked = readCallRequest(body, endpoint, limits);
    caller.model = asked.model;
    const model = models.find(caller.credential.tenant, modelId(asked.model));
    if (model === undefined) throw refuse('model_not_found', { model: asked.model });
    trace.asked(caller);
    const key = readIdempotencyHeader(request.headers['idempotency-key'], body, endpoint);
    const retry = key === undefined ? readRetryHeader(request.headers['x-stainless-retry-count'], body, endpoint) : undefined;
    const outputTokensDefault = endpoint.lengths.usual ?? model.outputTokensDefault ?? limits.outputTokensDefault;
    return { caller, request: asked, model: model.id, outputTokensDefault, callsAtOnce: model.callsAtOnce, key, retry, headers: request.headers, trace, client: reply.raw };
  }

  /** Makes the call. A stream has been sent when this resolves, and its answer is there only if it is to be kept. */
  async function make(wish: Wish, request: FastifyRequest, reply: FastifyReply, link?: LinkedCall): Promise<Answer | undefined> {
    const call = await admit(admission, wish, link);
    try {
      if (!wish.request.stream) return await wholeAnswer(call, reply.raw, limits);
      return await streamedAnswer(call, new StreamClient(reply, limits.clientStallMsMax), { limits, room, streams });
    } catch (error) {
      const refusal = Refusal.of(error);
      await call.finish(failed).catch((cause) => request.log.error({ err: cause }, 'the end of a failed call is not recorded yet'));
      throw refusal;
    }
  }

  function refused(error: unknown, request: FastifyRequest, reply: FastifyReply): FastifyReply {
    const refusal = answerRefusal(error, request, reply, admission.clock);
    if (request.caller?.admitted === false) admission.log.refused(request.caller, refusal);
    recordRefusal(refusal, request);
    return reply;
  }

  /** Records the refusal of a caller we know; of strangers there is no record, or they could fill the disk. */
  function recordRefusal({ status, code }: Refusal, request: FastifyRequest): void {
    const { caller } = request;
    const admittedAt = timeOfRefusal(request);
    if (caller?.credential === undefined || caller.admitted || admittedAt === undefined) return;
    const { id, credential, model } = caller;
    admission.facts
      .write({ kind: 'refused', id, admittedAt, tenant: credential.tenant, model, status, code })
      .catch((cause) => request.log.warn({ err: cause }, 'a refusal is not recorded'));
  }

  /** In a replay a request without a time of its own happened at no time, and leaves no fact. */
  function timeOfRefusal(request: FastifyRequest): ReturnType<typeof timeOf> | undefined {
    try {
      return timeOf(admission, admission.times instanceof TraceTimes ? request.headers : {});
    } catch {
      return undefined;
    }
  }
}

/** Sends a whole answer; a stream was sent as it came. */
function send(reply: FastifyReply, answer: Answer | undefined): FastifyReply {
  return answer === undefined || reply.sent ? reply : reply.headers(answer.headers).send(answer.body);
}
