import type { EpochMs, KeyId, ModelId, TenantId, UserId } from './names.ts';

/*
 * What the usage log holds of replicas. The gateway that sends them calls writes them, between the facts of the calls.
 *
 * - A boot is one life of a replica, with a name that no other has. It registers, beats, and leaves.
 * - `clockMs` and `busyMs` are sums since the boot's beginning, by a clock that never goes back: a beat that is lost
 *   loses no time, because the next one says as much.
 * - A boot that ends without a word has no time after its last beat.
 */
export type FleetFact = ReplicaRegistered | ReplicaBeat | ReplicaLeft;

type OfReplica = {
  readonly producer: string;
  /** When it was said; every fact has its time here. */
  readonly admittedAt: EpochMs;
  /** The boot: model, place, life of Emily, and how many there were in that life. */
  readonly replica: string;
};

/** `starting` has not been ready yet; a replica that drains ends what it has begun, and gets nothing more. */
export type BeatState = 'starting' | 'ready' | 'draining';

export type ReplicaRegistered = OfReplica & {
  readonly kind: 'replica-registered';
  readonly model: ModelId;
  readonly owner: 'operator' | TenantId;
  /** How many GPUs it occupies; 0: it runs without. */
  readonly gpus: number;
  /** How it was at the beginning of its time. */
  readonly state: BeatState;
};

export type ReplicaBeat = OfReplica & {
  readonly kind: 'replica-beat';
  readonly state: BeatState;
  readonly clockMs: number;
  /** In which at least one call was under way. */
  readonly busyMs: number;
  /** Calls that are under way, as the gateway knows. */
  readonly running: number;
  /** What the engine says of itself; null where it says nothing. */
  readonly engine: EngineReading | null;
  /** Who had calls under way since the last beat, and what was made for them. */
  readonly work: readonly Work[];
};

export type ReplicaLeft = OfReplica & { readonly kind: 'replica-left'; readonly reason: string };

/** An engine's own counters, since it began. */
export type EngineCounters = { readonly promptTokens: number; readonly generatedTokens: number };

export type EngineReading = {
  /** Requests in its batch, and those that wait for a place in it. */
  readonly running: number | null;
  readonly waiting: number | null;
  /** How much of its cache of keys and values is in use: 0 to 1. */
  readonly kvCacheUse: number | null;
  readonly counters: EngineCounters | null;
};

export type Worker = { readonly tenant: TenantId; readonly user: UserId; readonly key: KeyId };

export type Work = Worker & {
  /** How many calls had a part in it. */
  readonly calls: number;
  /** What was made for them, in cost units. */
  readonly units: number;
};

export const isOfFleet = (fact: { readonly kind: string }): fact is FleetFact => fact.kind.startsWith('replica-');
