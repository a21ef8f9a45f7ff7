import type { Entry, RefusalData } from './refusal-data.ts';

/* Answers to what there is no room for, or not yet: as refusals.ts says. */

const again = 'Try again in a moment.';

type Code = 'too_many_open_calls' | 'rate_limited' | 'insufficient_quota' | 'overloaded' | 'no_replica' | 'model_busy' | 'client_left' | 'no_price' | 'usage_log_unavailable' | 'draining';

export const refusalsOfLoad: { readonly [One in Code]: Entry<RefusalData[One]> } = {
  too_many_open_calls: {
    status: 429,
    retryAfterMs: 1_000,
    message: (d) => `You have ${d.max} calls open, the most there may be at a time. Wait for some to end.`,
    expected: (d) => `at most ${d.max} open calls`,
    got: 'one more',
    cure: 'Wait for some to end.',
  },
  rate_limited: {
    status: 429,
    message: (d) => `This API key has asked for as many ${d.what} as it may in a minute. Try again in ${d.retryAfterMs} ms.`,
    expected: (d) => `no more ${d.what} than the header x-ratelimit-limit-${d.what} says, in a minute`,
    got: 'more',
    cure: (d) => `Wait for as long as the header retry-after-ms says${d.what === 'tokens' ? ', or ask for less output with `max_tokens`' : ''}.`,
  },
  insufficient_quota: {
    status: 429,
    message: (d) => `This call may cost up to ${d.most}, and ${d.budget}, ${d.limit}, has ${d.left} left that nobody else may be spending right now.`,
    expected: (d) => `a call that ${d.budget} has room for`,
    got: (d) => `one of up to ${d.most}, where ${d.left} is left`,
    cure: 'Ask for less output with `max_tokens`, or have the budget raised; `GET /v1/budgets` shows it.',
  },
  overloaded: {
    status: 503,
    retryAfterMs: 1_000,
    message: `The gateway holds as many calls as it can. ${again}`,
    expected: 'room for another call',
    got: 'none',
    cure: again,
  },
  no_replica: {
    status: 503,
    retryAfterMs: 1_000,
    message: (d) => `No replica of \`${d.model}\` is healthy right now. ${again}`,
    expected: 'a healthy replica of the model',
    got: 'none',
    cure: again,
  },
  model_busy: {
    status: 503,
    retryAfterMs: 1_000,
    message: (d) => `All replicas of \`${d.model}\` are busy, and ${d.waiting} calls wait for them. ${again}`,
    expected: 'a turn within the time that a call may wait',
    got: (d) => `${d.waiting} calls that wait`,
    cure: again,
  },
  client_left: {
    status: 499,
    retryAfterMs: 0,
    message: 'The client left while its call waited for its turn; nothing was made of it.',
    expected: 'a client that waits for its answer',
    got: 'none',
    cure: 'Nothing was recorded or charged: send it again.',
  },
  no_price: {
    status: 503,
    retryAfterMs: 1_000,
    message: (d) => `No price of \`${d.model}\` is in force, and nothing is served without one.`,
    expected: 'a price in force',
    got: 'none',
    cure: 'Try again later; the operator sets prices.',
  },
  usage_log_unavailable: {
    status: 503,
    retryAfterMs: 1_000,
    message: 'Usage can not be recorded right now, so nothing is served. This call is not charged.',
    expected: 'a log that takes usage',
    got: 'one that does not',
    cure: again,
  },
  draining: {
    status: 503,
    retryAfterMs: 200,
    message: 'The gateway is stopping. This call is not charged; try again.',
    expected: 'a gateway that goes on',
    got: 'one that is stopping',
    cure: again,
  },
};
