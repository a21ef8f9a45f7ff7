import type { ModelId } from '../domain/names.ts';
import type { BootTraits } from './beats.ts';
import type { Driver } from './driver.ts';
import { FleetBook } from './fleet-book.ts';
import type { Replica } from './replica.ts';
import { Slot, type FleetEvent, type ReplicaState } from './slot.ts';

export type FleetOptions = {
  readonly driver: Driver;
  readonly models: readonly ModelId[];
  /** The same for all, or for each its own. */
  readonly replicasPerModel: number | ((model: ModelId) => number);
  readonly report?: (event: FleetEvent) => void;
  /** Which life of Emily it is: boots of another life have other names. Left out: names begin again. */
  readonly life?: number;
  /** Left out: each is the operator's, and has one GPU. */
  readonly traits?: (model: ModelId) => BootTraits;
};

/** What runs now, and where. */
export type ReplicaStatus = {
  readonly id: string;
  readonly model: ModelId;
  readonly origin: string;
  readonly healthy: boolean;
  readonly outstanding: number;
};

/** The replicas of all models: keeps them running, and picks one for a call. */
export class Fleet {
  /** What happens to the replicas; open it, and it is told. */
  readonly book: FleetBook = new FleetBook();
  readonly #slots: ReadonlyMap<ModelId, readonly Slot[]>;
  #picks = 0;

  /** Starts them at once; `ready` tells when they answer. */
  constructor({ driver, models, replicasPerModel, report = () => {}, life, traits = () => ({ owner: 'operator', gpus: 1 }) }: FleetOptions) {
    const { book } = this;
    const slotsOf = (model: ModelId): Slot[] =>
      Array.from({ length: typeof replicasPerModel === 'number' ? replicasPerModel : replicasPerModel(model) }, (_, index) => new Slot({ model, index, driver, report, life, traits: traits(model), book }));
    this.#slots = new Map(models.map((model) => [model, slotsOf(model)]));
  }

  /** Resolves when every replica of these models answered a health check once; a replica that never comes up keeps it waiting. */
  async ready(models: Iterable<ModelId> = this.#slots.keys()): Promise<void> {
    await Promise.all([...models].flatMap((model) => this.#slots.get(model) ?? []).map((slot) => slot.ready()));
  }

  /** The healthy replica with the least outstanding work, or undefined where none is healthy. */
  pick(model: ModelId): Replica | undefined {
    let best: Replica | undefined;
    for (const { replica } of this.#slots.get(model) ?? []) {
      if (replica === undefined || !replica.healthy || replica.draining) continue;
      if (best === undefined || isBetter(replica, best)) best = replica;
    }
    if (best !== undefined) best.lastPick = ++this.#picks;
    return best;
  }

  replicas(): ReplicaStatus[] {
    return this.#all()
      .map((slot) => slot.replica)
      .filter((replica) => replica !== undefined)
      .map(({ id, model, origin, healthy, outstanding }) => ({ id, model, origin, healthy, outstanding }));
  }

  /** Every place with what is in it, for people: also one that is still loading, or down. */
  states(): ReplicaState[] {
    return this.#all().flatMap((slot) => slot.state() ?? []);
  }

  /** Says the time of all replicas up to now; what they do from here on is in nobody's book. */
  async closeBook(): Promise<void> {
    await Promise.all(this.#all().map((slot) => slot.leave('Emily ended')));
    await this.book.close();
  }

  /** What is under way may end first; nothing more is picked. */
  async stop(): Promise<void> {
    await Promise.all(this.#all().map((slot) => slot.stop()));
  }

  #all(): Slot[] {
    return [...this.#slots.values()].flat();
  }
}

const isBetter = (a: Replica, b: Replica): boolean =>
  a.outstanding !== b.outstanding ? a.outstanding < b.outstanding : a.lastPick < b.lastPick;
