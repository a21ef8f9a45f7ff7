import type { FastifyReply, FastifyRequest } from 'fastify';
import type { Clock } from './clock.ts';
import { Refusal, refuse } from './refusal.ts';

/** Answers an error in the shape that OpenAI's clients read: code and request id outside, the cause in our log. */
export function answerRefusal(error: unknown, request: FastifyRequest, reply: FastifyReply, clock: Clock): Refusal {
  const refusal = refusalOf(error, request.routeOptions.bodyLimit);
  if (refusal.status >= 500 && refusal.cause !== undefined) {
    request.log.error({ request: request.caller?.id, code: refusal.code, err: refusal.cause }, refusal.message);
  }
  if (reply.sent) return refusal; // A stream that had begun: it told its client itself.
  const processingMs = request.caller === null ? 0 : Math.round(clock.monotonicMs() - request.caller.arrivedMs);
  reply
    .code(refusal.status)
    .headers({ ...refusal.headers(), 'openai-processing-ms': processingMs, 'content-type': 'application/json; charset=utf-8' })
    .send(refusal.json());
  return refusal;
}

function refusalOf(error: unknown, bodyBytesMax: number): Refusal {
  if (error instanceof Refusal) return error;
  const { code, statusCode = 500, message } = error as { code?: string; statusCode?: number; message?: string };
  if (code === 'FST_ERR_CTP_BODY_TOO_LARGE') return refuse('body_too_large', { max: bodyBytesMax });
  if (code === 'FST_ERR_CTP_INVALID_MEDIA_TYPE') return refuse('unsupported_media_type', {});
  return statusCode < 500 ? refuse('odd_request', { problem: String(message) }) : refuse('internal_error', {}, error);
}
