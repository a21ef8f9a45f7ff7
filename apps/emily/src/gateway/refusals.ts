import { excerpt } from './problem.ts';
import type { Entry, RefusalData } from './refusal-data.ts';
import { refusalsOfLoad } from './refusals-of-load.ts';

/*
 * Every answer that is not an answer, as data: status, what to tell the caller, and whether trying again
 * can help.
 *
 * Stock clients repeat 408, 409, 429 and 5xx by themselves. So each refusal says it outright:
 * `retry-after-ms` where a later attempt may succeed, `x-should-retry: false` where none will.
 */

const bearer = 'Send it as `Authorization: Bearer em_…`.';
const again = 'Try again in a moment.';

export const refusals: { readonly [Code in keyof RefusalData]: Entry<RefusalData[Code]> } = {
  odd_request: {
    status: 400,
    message: (d) => `The request is not one this server takes: ${d.problem}.`,
    expected: 'a request that every server reads in the same way',
    got: (d) => d.problem,
    cure: 'Send it with an ordinary HTTP client; a proxy in between may have changed it.',
  },
  bad_url: {
    status: 400,
    message: (d) => `The path ${excerpt(d.url)} cannot be read: an escape in it is none.`,
    expected: 'a path whose % escapes are two hexadecimal digits each, of UTF-8',
    got: (d) => excerpt(d.url),
    cure: 'Encode the path with encodeURIComponent, part by part.',
  },
  url_too_long: {
    status: 414,
    message: (d) => `A part of the path is longer than ${d.max} characters.`,
    expected: (d) => `parts of at most ${d.max} characters between the slashes`,
    got: 'a longer one',
    cure: 'Send what is that long in the body.',
  },
  malformed_request: {
    status: 400,
    message: (d) => `The request is no HTTP (${d.problem}).`,
    expected: 'an HTTP/1.1 request',
    got: (d) => d.problem,
    cure: 'Use an HTTP client; where TLS is meant, leave it to a proxy in front.',
  },
  headers_too_large: {
    status: 431,
    message: (d) => `The headers are larger than ${d.max} bytes.`,
    expected: (d) => `at most ${d.max} bytes of headers`,
    got: 'more',
    cure: 'Send fewer or shorter headers; a browser may have many cookies for this host.',
  },
  request_timeout: {
    status: 408,
    retryAfterMs: 1_000,
    message: (d) => `The request did not come whole in time: headers have ${d.headersMs} ms, all of it ${d.requestMs} ms.`,
    expected: (d) => `headers within ${d.headersMs} ms, the whole request within ${d.requestMs} ms`,
    got: 'a part of it',
    cure: 'Send it again, whole; send large bodies in several requests.',
  },
  invalid_api_key: {
    status: 401,
    message: `The API key is missing, malformed, unknown, expired or revoked. ${bearer}`,
    expected: 'a valid API key',
    got: 'none, or one that is not valid',
    cure: bearer,
  },
  insufficient_scope: {
    status: 403,
    message: (d) => `This API key may not do that: it lacks the scope \`${d.scope}\`.`,
    expected: (d) => `a key with the scope \`${d.scope}\``,
    got: 'a valid key without it',
    cure: 'Use another key; an administrator of your organisation makes them.',
  },
  unknown_url: {
    status: 404,
    message: (d) => `There is no ${d.method} ${excerpt(d.url)} here.`,
    expected: 'an address of this server',
    got: (d) => `${d.method} ${excerpt(d.url)}`,
    cure: 'Look for a slip in the path; the paths of the API begin with /v1/.',
  },
  method_not_allowed: {
    status: 405,
    message: (d) => `${excerpt(d.url)} takes no ${d.method}; it takes ${d.allow}.`,
    expected: (d) => d.allow,
    got: (d) => d.method,
    cure: (d) => `Send the request with ${d.allow}.`,
  },
  model_not_found: {
    status: 404,
    param: 'model',
    message: (d) => `The model \`${excerpt(d.model)}\` does not exist, or you have no access to it. GET /v1/models lists yours.`,
    expected: 'a model that you have access to',
    got: (d) => excerpt(d.model),
    cure: 'GET /v1/models lists yours.',
  },
  malformed_json: {
    status: 400,
    message: (d) => `The body is not the JSON of an object: ${d.problem}.`,
    expected: 'the JSON of an object',
    got: (d) => d.problem,
    cure: 'Write the body with a JSON library.',
  },
  invalid_utf8: {
    status: 400,
    message: 'The body is not UTF-8: different bytes would become the same text.',
    expected: 'UTF-8',
    got: 'bytes that are no UTF-8',
    cure: 'Encode the body as UTF-8.',
  },
  json_too_deep: {
    status: 400,
    message: (d) => `The body nests deeper than ${d.max} levels.`,
    expected: (d) => `at most ${d.max} levels`,
    got: 'more',
    cure: 'Nest it less.',
  },
  duplicate_member: {
    status: 400,
    message: (d) => `The body has more than one \`${d.member}\`; which one counts would depend on who reads it.`,
    expected: (d) => `one \`${d.member}\``,
    got: 'several',
    cure: 'Leave one.',
  },
  invalid_member: {
    status: 400,
    message: (d) => `\`${d.member}\` must be ${d.expected}, not ${d.found}.`,
    expected: (d) => d.expected,
    got: (d) => d.found,
    cure: (d) => `Correct \`${d.member}\`.`,
  },
  invalid_idempotency_key: {
    status: 400,
    message: (d) => `The header Idempotency-Key must be 1 to ${d.max} visible ASCII characters.`,
    expected: (d) => `1 to ${d.max} visible ASCII characters in the header Idempotency-Key`,
    got: 'something else',
    cure: 'Use a UUID.',
  },
  replay_not_enabled: {
    status: 400,
    message: 'The header x-replay-time is taken only from the replayer of a gateway that was started to replay a trace.',
    expected: 'no x-replay-time',
    got: 'one that is not the replayer\'s',
    cure: 'Leave the header out: calls are stamped as they come.',
  },
  invalid_replay_time: {
    status: 400,
    message: 'This gateway replays a trace: each call needs the header x-replay-time with its time in epoch milliseconds.',
    expected: 'whole epoch milliseconds in x-replay-time',
    got: 'something else',
    cure: 'Send calls to an Emily that serves; this one takes those of its trace.',
  },
  replay_time_too_old: {
    status: 400,
    message: (d) => `This gateway has promised that no call from before ${isoText(d.promised)} follows: send a trace in its order.`,
    expected: (d) => `a time from ${isoText(d.promised)} on`,
    got: 'an earlier one',
    cure: 'Sort the trace by time.',
  },
  replay_time_too_new: {
    status: 400,
    message: (d) => `The trace that this gateway replays ends at ${isoText(d.latest)}: no call of it is later.`,
    expected: (d) => `a time up to ${isoText(d.latest)}`,
    got: 'a later one',
    cure: 'Replay the file as it was when the replay began.',
  },
  body_too_large: {
    status: 413,
    message: (d) => `The body is larger than ${d.max} bytes.`,
    expected: (d) => `at most ${d.max} bytes`,
    got: 'more',
    cure: 'Send less at a time.',
  },
  unsupported_media_type: {
    status: 415,
    message: (d) => `The body must be sent as ${d.types}, not compressed.`,
    expected: (d) => `${d.types}, not compressed`,
    got: (d) => excerpt(d.found),
    cure: 'Say in the header content-type what the body is, and send it as it is.',
  },
  idempotency_mismatch: {
    status: 422,
    message: (d) => `This Idempotency-Key was used by request ${d.request} with another body. Use a new key for a new request.`,
    expected: 'the body that the key was used with',
    got: 'another one',
    cure: 'Use a new key for a new request.',
  },
  idempotency_answer_expired: {
    status: 409,
    message: (d) =>
      `This Idempotency-Key belongs to request ${d.request}, which was answered and metered; its answer is no longer kept. ` +
      'Use a new key to ask again.',
    expected: 'a key whose answer is kept',
    got: (d) => `the key of ${d.request}`,
    cure: 'Use a new key to ask again.',
  },
  ...refusalsOfLoad,
  engine_rejected: {
    status: 400,
    message: (d) => `The model's engine does not take this request: ${d.message}`,
    expected: 'a request that the engine takes',
    got: (d) => d.message,
    cure: 'Correct what the engine names.',
  },
  engine_failed: {
    status: 502,
    retryAfterMs: 200,
    message: 'The engine that served this call failed. The call is not charged; try again.',
    expected: 'an answer of the engine',
    got: 'none',
    cure: again,
  },
  engine_timeout: {
    status: 504,
    retryAfterMs: 1_000,
    message: (d) => `The call took longer than ${d.ms} ms, the longest that is allowed. It is not charged.`,
    expected: (d) => `an answer within ${d.ms} ms`,
    got: 'none by then',
    cure: 'Ask for less output, or try again.',
  },
  internal_error: {
    status: 500,
    retryAfterMs: 1_000,
    message: 'Emily made a mistake. Tell us the request id in the header x-request-id.',
    expected: 'an answer',
    got: 'a failure inside',
    cure: 'Try again; if it stays, tell us the request id in the header x-request-id.',
  },
};

const isoText = (ms: number): string => new Date(ms).toISOString();
