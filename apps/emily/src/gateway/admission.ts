import type { IncomingHttpHeaders, ServerResponse } from 'node:http';
import { epochMs, userId, type EpochMs, type ModelId, type PriceId, type UserId } from '../domain/names.ts';
import { noUnits, type Asked, type Units } from '../domain/usage-fact.ts';
import type { Allowance } from './allowance.ts';
import { Call } from './call.ts';
import type { KnownCaller } from './caller.ts';
import type { CallLog } from './call-log.ts';
import type { CallRequest } from './call-request.ts';
import type { CallTrace } from './call-trace.ts';
import type { Clock } from './clock.ts';
import type { FactWriter } from './fact-writer.ts';
import type { IdempotencyHeader } from './idempotency-header.ts';
import type { Leases } from './leases.ts';
import type { GatewayLimits } from './limits.ts';
import type { LinkedCall } from './linked-call.ts';
import type { OpenCalls, Place } from './open-calls.ts';
import { refuse } from './refusal.ts';
import type { RetryHeader } from './retry-header.ts';
import { isFromReplayer } from './replay-terms.ts';
import type { RateLimiter } from './rate-limiter.ts';
import type { FairShare, Turn } from './fair-share.ts';
import type { Replica } from './replica.ts';
import { TraceTimes, type Stamps } from './stamps.ts';
import { TokenHold } from './token-hold.ts';
import { withOutputMax, type TokensAsked } from './tokens-asked.ts';
import { voidFact } from './void.ts';

/** The price of a model at a time; undefined where none is in force, and then nothing is served. */
export type PriceInForce = (model: ModelId, at: EpochMs) => PriceId | undefined;

export type Admission = {
  readonly priceInForce: PriceInForce;
  readonly shares: FairShare;
  /** A clock's, or the calls' own, of a trace that is replayed. */
  readonly times: Stamps | TraceTimes;
  readonly clock: Clock;
  readonly facts: FactWriter;
  readonly log: CallLog;
  readonly openCalls: OpenCalls;
  /** Left out: there are no budgets. */
  readonly leases: Leases | undefined;
  /** Left out: keys ask as often as they like. */
  readonly rates: RateLimiter | undefined;
  readonly limits: GatewayLimits;
};

export type Wish = {
  readonly caller: KnownCaller;
  readonly request: CallRequest;
  readonly model: ModelId;
  /** How long an answer may be where the caller leaves it open, in tokens. */
  readonly outputTokensDefault: number;
  /** How many calls a replica of the model works on at once; undefined: nobody says. */
  readonly callsAtOnce: number | undefined;
  readonly key: IdempotencyHeader | undefined;
  /** Which attempt it is, of a client that counts them and sends no key. */
  readonly retry: RetryHeader | undefined;
  /** Where a replayer says the time of a call, and proves itself. */
  readonly headers: IncomingHttpHeaders;
  readonly trace: CallTrace;
  /** Who gets the answer. */
  readonly client: ServerResponse;
};

/** A call whose caller named no user, made with a key that is nobody's own. */
export const unnamedUser: UserId = userId('');

/**
 * Lets a call in: gives it a place, a replica when it is its turn, its time, the price of that time and what it may cost at that, and
 * records it.
 * When this resolves the admission is durable, and the engine may start. What it takes the place of is voided with it.
 */
export async function admit(admission: Admission, wish: Wish, link?: LinkedCall): Promise<Call> {
  const { shares, facts, log, openCalls, leases, rates, clock, limits } = admission;
  const { caller, request, model, outputTokensDefault, key, retry, headers, trace } = wish;
  const { tenant, key: apiKey, user, project } = caller.credential;
  const place = openCalls.enter(tenant, request.upstreamBody.length);
  let replica: Replica | undefined;
  let allowance: Allowance | undefined;
  let tokens: TokenHold | undefined;
  try {
    const most = mostOf(request.tokens, outputTokensDefault);
    replica = await shares.take(turnOf(wish, most, place, link));
    // Nothing is waited for between its time and its fact: meanwhile the gateway could promise that nothing so old comes.
    const admittedAt = timeOf(admission, headers);
    const priceId = admission.priceInForce(model, admittedAt);
    if (priceId === undefined) throw refuse('no_price', { model });
    const asked = {
      id: caller.id,
      admittedAt,
      tenant,
      user: user ?? request.user ?? unnamedUser,
      key: apiKey,
      ...(project === undefined ? {} : { project }),
      model,
      priceId,
      idempotencyKey: key?.key ?? null,
      bodyHash: (key ?? retry)?.bodyHash ?? null,
      ...(retry === undefined ? {} : { retry: retry.count }),
    };
    tokens = TokenHold.take(rates, caller, most);
    allowance = leases?.hold(asked, most);
    const reserve = allowance === undefined ? {} : { reserve: allowance.reserve };
    const admitted = { kind: 'admitted', ...asked, stream: request.stream, ...reserve } as const;
    await trace.step('admit', () => Promise.all([voidFormer(admission, link, asked), facts.write(admitted)])).catch((error) => {
      throw refuse('usage_log_unavailable', {}, error);
    });
    caller.admitted = true;
    const { arrivedMs } = caller;
    const held = allowance && leases && { allowance, leases };
    // What was reserved is the most that the engine may make of it.
    const limited = held === undefined && tokens === undefined ? request : withOutputMax(request, outputTokensDefault, limits.jsonDepthMax);
    return new Call({ asked, link, request: limited, arrivedMs, replica, shares, place, openCalls, facts, log, trace, clock, callMsMax: limits.callMsMax, held, tokens });
  } catch (error) {
    tokens?.end(noUnits);
    if (allowance !== undefined) {
      allowance.release();
      leases?.drop(allowance);
    }
    if (replica !== undefined) shares.end(model, replica);
    openCalls.leave(place);
    throw error;
  }
}

/** A call with a key is made whoever leaves, and so is one that a retry waits for. */
function turnOf({ caller, model, callsAtOnce, key, client }: Wish, { inputTokens, outputTokens }: Units, { cutOff }: Place, link: LinkedCall | undefined): Turn {
  const isWanted = (): boolean => key !== undefined || link?.wanted === true;
  return { tenant: caller.credential.tenant, model, callsAtOnce, cost: inputTokens + outputTokens, signal: cutOff.signal, client, isWanted };
}

/** Takes back what was charged for the call whose place this one takes; written in one batch with its admission. */
async function voidFormer({ facts, leases }: Admission, link: LinkedCall | undefined, { id, admittedAt }: Asked): Promise<void> {
  const owed = link?.owed();
  if (owed === undefined) return;
  await facts.write(voidFact(owed, id, admittedAt));
  link?.voided();
  if (owed.charge !== undefined) leases?.refund(owed.charge);
}

/** The most units that a call may come to; none of its input need be cached. */
const mostOf = ({ inputMax, choices, outputMax }: TokensAsked, outputTokensDefault: number): Units => ({
  requests: 1,
  inputTokens: inputMax,
  cachedInputTokens: 0,
  outputTokens: choices * (outputMax ?? outputTokensDefault),
});

/** The time of a call: the gateway's own, or in a replay the one that the replayer gives it. */
export function timeOf({ times }: Pick<Admission, 'times'>, headers: IncomingHttpHeaders): EpochMs {
  const text = headers['x-replay-time'];
  const isReplay = times instanceof TraceTimes;
  if (text !== undefined && (!isReplay || !isFromReplayer(headers, times.terms))) throw refuse('replay_not_enabled', {});
  if (!isReplay) return times.next();
  const ms = typeof text === 'string' && /^\d{1,16}$/.test(text) ? Number(text) : Number.NaN;
  if (!Number.isSafeInteger(ms)) throw refuse('invalid_replay_time', {});
  const verdict = times.take(epochMs(ms));
  if (verdict === 'too-old') throw refuse('replay_time_too_old', { promised: times.promise() });
  if (verdict === 'too-new') throw refuse('replay_time_too_new', { latest: times.terms.latest });
  return epochMs(ms);
}
