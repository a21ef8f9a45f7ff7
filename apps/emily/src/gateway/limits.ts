/** What the gateway lets a caller, an engine and itself take. */
export type GatewayLimits = {
  readonly bodyBytesMax: number;
  readonly jsonDepthMax: number;
  readonly userLengthMax: number;
  /** The length of an answer in tokens, where a budget has to know it and neither the caller nor the model says. */
  readonly outputTokensDefault: number;
  /** What attachments of a request may come to, in tokens: their length is not in its bytes. */
  readonly attachedTokensMax: number;
  /** Calls that may be open at a time: in all, and of one tenant, so that one can't starve the others. */
  readonly openCallsMax: number;
  readonly openCallsPerTenantMax: number;
  /** Calls that a replica is given at once, where its model does not say; calls of a model that wait for their turn, and for how long. */
  readonly callsPerReplicaMax: number;
  readonly waitingCallsMax: number;
  readonly waitMsMax: number;
  /** The bodies of all open calls together. */
  readonly openBodyBytesMax: number;
  /** From admission to the end, streams included: nothing is open longer, so meters need not wait longer. */
  readonly callMsMax: number;
  /** An engine that sends nothing for so long is given up. */
  readonly engineSilenceMsMax: number;
  /** The longest answer that does not stream, and the longest single event of one that does. */
  readonly answerBytesMax: number;
  readonly eventBytesMax: number;
  /** A client that takes nothing for so long, with more waiting for it, is gone. */
  readonly clientStallMsMax: number;
  /** Answers kept for their idempotency keys: one, all of them, and for how long. */
  readonly keptAnswerBytesMax: number;
  readonly keptBytesMax: number;
  readonly keptMsMax: number;
  /** Answers kept for retries that have no key: all of them, as many again of streams that run, and for how long. */
  readonly linkedBytesMax: number;
  readonly linkedMsMax: number;
  /** How long after an attempt its retry may come, and how many attempts wait for one. */
  readonly retryWithinMsMax: number;
  readonly attemptsMax: number;
  /** How long open calls may go on when the gateway is told to stop. */
  readonly drainMsMax: number;
};

const second = 1_000;
const minute = 60 * second;
const hour = 60 * minute;
const mib = 1_024 * 1_024;

export const defaultLimits: GatewayLimits = {
  bodyBytesMax: 10 * mib,
  jsonDepthMax: 64,
  userLengthMax: 256,
  outputTokensDefault: 1_024,
  attachedTokensMax: 131_072,
  openCallsMax: 5_000,
  openCallsPerTenantMax: 4_000,
  callsPerReplicaMax: 256,
  waitingCallsMax: 1_000,
  waitMsMax: 30 * second,
  openBodyBytesMax: 512 * mib,
  callMsMax: 10 * minute,
  engineSilenceMsMax: 5 * minute,
  answerBytesMax: 32 * mib,
  eventBytesMax: 4 * mib,
  clientStallMsMax: 30 * second,
  keptAnswerBytesMax: 4 * mib,
  keptBytesMax: 64 * mib,
  keptMsMax: 24 * hour,
  linkedBytesMax: 64 * mib,
  linkedMsMax: minute,
  retryWithinMsMax: 5 * minute,
  attemptsMax: 50_000,
  drainMsMax: 30 * second,
};
