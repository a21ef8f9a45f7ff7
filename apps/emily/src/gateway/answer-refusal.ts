import type { FastifyReply, FastifyRequest } from 'fastify';
import type { Clock } from './clock.ts';
import { Refusal, refuse } from './refusal.ts';

/** Answers an error in the shape that OpenAI's clients read: code and request id outside, the cause in our log. */
export function answerRefusal(error: unknown, request: FastifyRequest, reply: FastifyReply, clock: Clock): Refusal {
  const refusal = refusalOf(error, request);
  // Only the gateway's requests have a caller.
  const caller = request.caller ?? undefined;
  if (refusal.status >= 500 && refusal.cause !== undefined) {
    request.log.error({ request: caller?.id ?? request.id, code: refusal.code, err: refusal.cause }, refusal.message);
  }
  if (reply.sent) return refusal; // A stream that had begun: it told its client itself.
  const processingMs = caller === undefined ? 0 : Math.round(clock.monotonicMs() - caller.arrivedMs);
  reply
    .code(refusal.status)
    .headers({ ...refusal.headers(), 'openai-processing-ms': processingMs, 'content-type': 'application/json; charset=utf-8' })
    .send(refusal.json());
  return refusal;
}

function refusalOf(error: unknown, request: FastifyRequest): Refusal {
  if (error instanceof Refusal) return error;
  const { code, statusCode = 500, message } = error as { code?: string; statusCode?: number; message?: string };
  const { method, url, headers, routeOptions } = request;
  if (code === 'FST_ERR_CTP_BODY_TOO_LARGE') return refuse('body_too_large', { max: routeOptions.bodyLimit });
  if (code === 'FST_ERR_CTP_INVALID_MEDIA_TYPE') return notJson(headers['content-type']);
  if (code === 'FST_ERR_CTP_INVALID_CONTENT_LENGTH') return refuse('odd_request', { problem: 'its body is not as long as its head says' });
  // A path that names no file of the page, but something around them.
  if (statusCode === 403) return refuse('unknown_url', { method, url });
  return statusCode < 500 ? refuse('odd_request', { problem: String(message) }) : refuse('internal_error', {}, error);
}

/** The body must be plain JSON; it came as something else. */
export const notJson = (found = 'no content type'): Refusal => refuse('unsupported_media_type', { types: '`Content-Type: application/json`', found });
