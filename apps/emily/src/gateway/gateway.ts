import type { FastifyPluginAsync } from 'fastify';
import type { EpochMs } from '../domain/names.ts';
import type { ModelCatalog } from '../domain/model-catalog.ts';
import type { PriceInForce } from './admission.ts';
import type { BudgetOwner } from './allowance.ts';
import { answerRefusal, notJson } from './answer-refusal.ts';
import { AttemptLinks } from './attempt-links.ts';
import { CallLog } from './call-log.ts';
import { callRoutes } from './call-routes.ts';
import { identify, type Authenticator } from './caller.ts';
import { systemClock, type Clock } from './clock.ts';
import { FairShare } from './fair-share.ts';
import { FactWriter, type UnsignedFleetFact } from './fact-writer.ts';
import { startHeartbeat } from './heartbeat.ts';
import { IdempotencyKeys, type FinishedKeys } from './idempotency.ts';
import { Leases } from './leases.ts';
import { defaultLimits, type GatewayLimits } from './limits.ts';
import { modelsRoute } from './models-route.ts';
import type { Numbering } from './numbering.ts';
import { OpenCalls } from './open-calls.ts';
import { OpenStreams } from './open-streams.ts';
import { refuse } from './refusal.ts';
import type { EndedCall } from './linked-call.ts';
import { RecordingRoom } from './recording.ts';
import type { ReplayTerms } from './replay-terms.ts';
import type { RateLimiter } from './rate-limiter.ts';
import type { ReplicaPicker } from './replica.ts';
import { Strain } from './strain.ts';
import { Stamps, TraceTimes } from './stamps.ts';
import type { UsageLog } from './usage-log.ts';

export type GatewayOptions = {
  readonly accounts: Authenticator;
  readonly models: ModelCatalog;
  readonly fleet: ReplicaPicker;
  /** Who may see how many calls wait brings it; left out: the gateway makes one. */
  readonly shares?: FairShare;
  readonly priceInForce: PriceInForce;
  readonly usageLog: UsageLog;
  /** Continues where `firstWords` left off. */
  readonly numbering: Numbering;
  readonly finishedKeys: FinishedKeys;
  /** Calls of earlier lives whose clients may still try again, from the oldest to the newest. */
  readonly recalled?: readonly EndedCall[];
  /** Who decides what may be spent; left out: nothing is limited. */
  readonly budgets?: BudgetOwner;
  /** Whose facts stand in the log, too; left out: nothing is said of replicas. */
  readonly replicas?: ReplicaBook;
  /** How often keys may ask; left out: as they like. */
  readonly rates?: RateLimiter;
  /** A trace is replayed: its calls bring their own times, in `x-replay-time`; of anybody else that header is refused. */
  readonly replay?: ReplayTerms | undefined;
  /** The newest admission time of the gateway's earlier lives, and what they promised if that is later. */
  readonly lastStamp?: EpochMs;
  /** What they promised; in a replay calls may be older than the newest admission, but not than that. */
  readonly lastPromise?: EpochMs;
  readonly clock?: Clock;
  /** Whether the process can take more; left out: it is looked at. */
  readonly strain?: Strain;
  readonly limits?: Partial<GatewayLimits>;
};

/** Answers are kept for so long at most beyond their time. */
const SWEEP_EVERY_MS = 10_000;

/** Says what happens to replicas, from the beginning of the gateway to its end. */
export interface ReplicaBook {
  open(write: (fact: UnsignedFleetFact) => Promise<void>): void;
  /** The last words; nothing is written after them. */
  close(): Promise<void>;
}

/**
 * The OpenAI-shaped front of Emily: knows the caller, records the call, passes it to a replica.
 *
 * - `admitted` is durable before the engine is asked, and so before the first byte of the answer.
 * - `finished` is durable before `[DONE]`, or the last byte of an answer that does not stream.
 * - What open streams have delivered is written down twenty times a second.
 * - Nothing comes that is older than its oldest open admission: it says so, again and again.
 * - The server has a `front`, which refuses what no route of it is asked.
 * - Closing the server lets open calls end, up to a limit, waits for their facts, and says goodbye.
 */
export const gateway = (options: GatewayOptions): FastifyPluginAsync => async (app) => {
  const { accounts, models, priceInForce, replay, rates, clock = systemClock } = options;
  const limits: GatewayLimits = { ...defaultLimits, ...options.limits };
  const times = replay !== undefined ? new TraceTimes(replay, limits.callMsMax / 2, options.lastPromise) : new Stamps(clock, options.lastStamp);
  const facts = new FactWriter(options.usageLog, options.numbering, times);
  const strain = options.strain ?? new Strain();
  const openCalls = new OpenCalls(limits, strain);
  const shares = options.shares ?? new FairShare(options.fleet, limits);
  const leases = options.budgets && new Leases(options.budgets, facts, times);
  const keys = new IdempotencyKeys(options.finishedKeys, limits, () => clock.monotonicMs());
  const streams = new OpenStreams(facts, times);
  const links = new AttemptLinks(limits, () => clock.monotonicMs());
  for (const ended of options.recalled ?? []) links.recall(ended, clock.now() - ended.admittedAt);

  app.decorateRequest('caller', null);
  app.addHook('onRequest', async (request, reply) => {
    const { credential, tell } = identify(request, reply, accounts, clock);
    if (credential === undefined) throw refuse('invalid_api_key', {});
    // Before a byte of the body is read: that is what a flood would cost.
    const retryAfterMs = request.method === 'POST' ? rates?.takeRequest(credential.key) : undefined;
    if (rates !== undefined) tell(rates.headers(credential.key));
    if (retryAfterMs !== undefined) throw refuse('rate_limited', { what: 'requests', retryAfterMs });
    const encoding = request.headers['content-encoding'];
    if (encoding !== undefined && encoding !== 'identity') throw notJson(`content encoding ${encoding}`);
  });
  app.removeAllContentTypeParsers();
  app.addContentTypeParser('application/json', { parseAs: 'buffer', bodyLimit: limits.bodyBytesMax }, (_request, body, done) => done(null, body));
  app.setErrorHandler((error, request, reply) => void answerRefusal(error, request, reply, clock));

  modelsRoute(app, models);
  callRoutes(app, { admission: { priceInForce, shares, times, clock, facts, log: new CallLog(app.log), openCalls, leases, rates, limits }, models, keys, links, streams, room: new RecordingRoom(limits.linkedBytesMax) });

  // The times of a trace that is replayed are not those of the replicas.
  const replicas = times instanceof TraceTimes ? undefined : options.replicas;
  if (times instanceof Stamps) replicas?.open((fact) => facts.write({ ...fact, admittedAt: times.next() }));

  const sweeping = setInterval(() => {
    keys.sweep();
    links.sweep();
  }, SWEEP_EVERY_MS).unref();
  const endHeartbeat = startHeartbeat(facts);
  const endLeases = leases?.start();
  const endProgress = streams.start();
  app.addHook('preClose', async () => {
    await openCalls.drain(limits.drainMsMax);
    endHeartbeat();
    strain.stop();
    clearInterval(sweeping);
    endLeases?.();
    endProgress();
    await replicas?.close();
    await facts.close();
  });
};
