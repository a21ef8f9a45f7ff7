import type { ModelId } from '../domain/names.ts';
import { Scaler, type Scaling } from './scaling.ts';
import type { FleetEvent, Slot } from './slot.ts';

/** Makes a place of this number, which fills itself. */
export type NewSlot = (index: number) => Slot;

/** The places for replicas of one model: as many as it always has, or more and fewer with its load. */
export class Places {
  readonly #model: ModelId;
  readonly #newSlot: NewSlot;
  readonly #report: (event: FleetEvent) => void;
  readonly #scaler: Scaler | undefined;
  readonly #callsPerReplica: number | undefined;
  /** Those that are given up end what they have begun; until then their numbers are taken. */
  #slots: readonly Slot[];
  readonly #leaving = new Map<Slot, Promise<void>>();

  constructor(model: ModelId, count: number | Scaling, newSlot: NewSlot, report: (event: FleetEvent) => void) {
    this.#model = model;
    this.#newSlot = newSlot;
    this.#report = report;
    this.#scaler = typeof count === 'number' ? undefined : new Scaler(count);
    this.#callsPerReplica = typeof count === 'number' ? undefined : count.callsPerReplica;
    this.#slots = Array.from({ length: typeof count === 'number' ? count : count.min }, (_, index) => newSlot(index));
  }

  /** With those that are being given up. */
  all(): readonly Slot[] {
    return this.#slots;
  }

  get scales(): boolean {
    return this.#scaler !== undefined;
  }

  /** Adds places, or gives up those with the least to do, as the load of now and before wants it. */
  scale(nowMs: number): void {
    const staying = this.#slots.filter((slot) => !this.#leaving.has(slot));
    const calls = staying.reduce((sum, { replica }) => sum + (replica?.outstanding ?? 0), 0);
    const wanted = this.#scaler?.wanted(calls, nowMs) ?? staying.length;
    for (let more = staying.length; more < wanted; more++) this.#add(calls);
    const least = staying.toSorted((a, b) => (a.replica?.outstanding ?? -1) - (b.replica?.outstanding ?? -1));
    for (const slot of least.slice(0, Math.max(0, staying.length - wanted))) this.#giveUp(slot, calls);
  }

  async stop(): Promise<void> {
    await Promise.all(this.#slots.map((slot) => slot.stop()));
  }

  #add(calls: number): void {
    const taken = new Set(this.#slots.map(({ index }) => index));
    const free = Array.from({ length: taken.size + 1 }, (_, index) => index).find((index) => !taken.has(index)) ?? taken.size;
    const slot = this.#newSlot(free);
    this.#slots = [...this.#slots, slot];
    this.#told(slot, 'added', calls);
  }

  #giveUp(slot: Slot, calls: number): void {
    this.#told(slot, 'given-up', calls);
    const left = slot.stop().finally(() => {
      this.#leaving.delete(slot);
      this.#slots = this.#slots.filter((one) => one !== slot);
    });
    this.#leaving.set(slot, left);
  }

  #told(slot: Slot, state: 'added' | 'given-up', calls: number): void {
    this.#report({ model: this.#model, replica: slot.replica?.id ?? `${this.#model}/${slot.index}`, state, reason: `${calls} calls are under way, and a replica is to have ${this.#callsPerReplica}` });
  }
}
