import type { ServerResponse } from 'node:http';
import type { ModelId, TenantId } from '../domain/names.ts';
import { DeficitRounds } from './deficit-rounds.ts';
import type { GatewayLimits } from './limits.ts';
import { refuse } from './refusal.ts';
import type { Replica, ReplicaPicker } from './replica.ts';

type Limits = Pick<GatewayLimits, 'callsPerReplicaMax' | 'waitingCallsMax' | 'waitMsMax'>;

export type Turn = {
  readonly tenant: TenantId;
  readonly model: ModelId;
  /** How many calls a replica of the model works on at once; undefined: as many as the limits say. */
  readonly callsAtOnce: number | undefined;
  /** What it may come to, in tokens: turns are shared by these. */
  readonly cost: number;
  /** The gateway cuts it off. */
  readonly signal: AbortSignal;
  /** Who gets the answer, and whether it is made even if nobody does: asked when that client leaves. */
  readonly client: ServerResponse;
  readonly isWanted: () => boolean;
};

/** A call that waits for its turn. */
type Waiting = { readonly tenant: TenantId; readonly take: (replica: Replica) => void; readonly refuse: (reason: unknown) => void };

/** Those that wait for a model. */
type Line = { readonly model: ModelId; readonly callsAtOnce: number; readonly rounds: DeficitRounds<TenantId, Waiting> };

/** How often it is looked whether there are more replicas than there were. */
const LOOK_EVERY_MS = 100;

/**
 * The replicas of a model are shared by tenants, not by calls.
 *
 * - Each replica is given so many calls at once; the others wait at the gateway, and tenants take turns by what
 *   their calls may come to, so that the flood of one leaves the others what is theirs.
 * - While nobody waits a call goes on at once, and nothing is kept of it.
 * - So many may wait of a model. Where there are more, the newest of whoever has most waiting is refused.
 * - Nothing is recorded, reserved or priced of a call that waits: it is admitted when it gets its turn.
 */
export class FairShare {
  readonly #picker: ReplicaPicker;
  readonly #limits: Limits;
  readonly #lines = new Map<ModelId, Line>();
  #looking: NodeJS.Timeout | undefined;

  constructor(picker: ReplicaPicker, limits: Limits) {
    this.#picker = picker;
    this.#limits = limits;
  }

  /** A replica that has begun with the call: at once, or when it is its turn. `end` gives it back. */
  take(turn: Turn): Replica | Promise<Replica> {
    const { model, callsAtOnce = this.#limits.callsPerReplicaMax } = turn;
    const line = this.#lines.get(model);
    if (line !== undefined) return this.#wait(turn, line);
    const replica = this.#picker.pick(model);
    if (replica === undefined) throw refuse('no_replica', { model });
    if (replica.outstanding >= callsAtOnce) return this.#wait(turn, { model, callsAtOnce, rounds: new DeficitRounds() });
    replica.begin();
    return replica;
  }

  /** A call has ended: the next one may begin. */
  end(model: ModelId, replica: Replica): void {
    replica.end();
    const line = this.#lines.get(model);
    if (line !== undefined) this.#goOn(line);
  }

  /** How many calls wait, by model; only those of which some do. */
  waiting(): ReadonlyMap<ModelId, number> {
    return new Map([...this.#lines].map(([model, { rounds }]) => [model, rounds.size]));
  }

  async #wait({ tenant, cost, signal, client, isWanted }: Turn, line: Line): Promise<Replica> {
    const { model, rounds } = line;
    this.#makeRoom(line, tenant);
    const { promise, resolve, reject } = Promise.withResolvers<Replica>();
    const waiting: Waiting = { tenant, take: resolve, refuse: reject };
    rounds.add(tenant, waiting, cost);
    this.#lines.set(model, line);
    this.#looking ??= setInterval(() => this.#look(), LOOK_EVERY_MS).unref();
    const leave = (reason: unknown): void => {
      if (!rounds.remove(tenant, waiting)) return;
      this.#forget(line);
      reject(reason);
    };
    const timer = setTimeout(() => leave(refuse('model_busy', { model, waiting: rounds.size })), this.#limits.waitMsMax);
    const cutOff = (): void => leave(signal.reason);
    const gone = (): void => {
      if (!isWanted()) leave(refuse('client_left', {}));
    };
    signal.addEventListener('abort', cutOff);
    client.on('close', gone);
    if (client.destroyed) gone();
    try {
      return await promise;
    } finally {
      clearTimeout(timer);
      signal.removeEventListener('abort', cutOff);
      client.off('close', gone);
    }
  }

  /** For one more of this tenant. */
  #makeRoom({ model, rounds }: Line, tenant: TenantId): void {
    if (rounds.size < this.#limits.waitingCallsMax) return;
    const last = rounds.newestOfLongest();
    const busy = refuse('model_busy', { model, waiting: rounds.size });
    if (last === undefined || rounds.of(last.who) <= rounds.of(tenant) + 1) throw busy;
    rounds.remove(last.who, last.item);
    last.item.refuse(busy);
  }

  /** Gives turns while a replica has room. */
  #goOn(line: Line): void {
    const { model, rounds, callsAtOnce } = line;
    while (rounds.size > 0) {
      const replica = this.#picker.pick(model);
      if (replica === undefined || replica.outstanding >= callsAtOnce) return;
      replica.begin();
      rounds.next()?.take(replica);
    }
    this.#forget(line);
  }

  /** A replica may have come, or become healthy. */
  #look(): void {
    for (const line of this.#lines.values()) this.#goOn(line);
  }

  #forget({ model, rounds }: Line): void {
    if (rounds.size > 0) return;
    this.#lines.delete(model);
    if (this.#lines.size > 0) return;
    clearInterval(this.#looking);
    this.#looking = undefined;
  }
}
