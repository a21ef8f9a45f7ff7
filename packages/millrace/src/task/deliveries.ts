import { MillraceError, errors } from '../error.ts';
import type { Clock } from '../port/clock.ts';
import { Delivery, type DeliveryTold } from './delivery.ts';
import { DeliveryHolds } from './delivery-holds.ts';
import { isA, reasonOf } from '../reason.ts';
import type { RuntimeSink } from './runtime.ts';
import type { Task } from './task.ts';

/** How long a program that is to stop waits for sinks that do not take their rows, in ms. */
const STOP_MS_MAX = 5_000;

/** What goes out of a task: one delivery for each of its sinks. */
export class Deliveries {
  readonly #task: Task;
  readonly #all: readonly Delivery[];

  constructor(task: Task, told: DeliveryTold, clock: Clock) {
    this.#task = task;
    this.#all = task.runtime.sinks.map((sink) => new Delivery(sink, sink.output.next, told, clock));
    task.failing = () => this.#all.flatMap(({ failing }) => failing ?? []);
    for (const delivery of this.#all) task.holds.owns(`sink ${delivery.sink.name}`, new DeliveryHolds(delivery));
  }

  /** Hands out what an earlier run may have left undelivered. */
  open(): void {
    const { undelivered, holds } = this.#task;
    for (const delivery of this.#all) {
      if (holds.list.some(({ scope }) => scope.kind === 'sink' && scope.sink === delivery.sink.name)) delivery.hold();
      const parcels = undelivered.filter(({ sink }) => sink === delivery.sink);
      delivery.delivered = parcels[0]?.first ?? delivery.sink.output.next;
      parcels.forEach((parcel, i) => {
        delivery.send({ parcels: [parcel], end: parcels[i + 1]?.first ?? delivery.sink.output.next });
      });
    }
  }

  /** Commits, and hands out what the commit lets go. */
  commit(): void {
    const delivered = new Map(this.#all.map((delivery) => [delivery.sink.name, delivery.delivered]));
    const { outgoing } = this.#task.commit(delivered);
    for (const { sink, parcels } of outgoing) {
      this.#all.find((delivery) => delivery.sink === sink)?.send({ parcels, end: sink.output.next });
    }
  }

  /** Whether a sink can take no more rows at all. */
  get areFull(): boolean {
    for (const { isFull } of this.#all) if (isFull) return true;
    return false;
  }

  /** A promise while a sink cannot take more; looked at after every batch, so it costs nothing when none is needed. */
  pressure(): Promise<unknown> | undefined {
    let waiting: Promise<void>[] | undefined;
    for (const delivery of this.#all) {
      const one = this.#task.durable ? delivery.pressure() : flush(delivery.sink);
      if (one !== undefined) (waiting ??= []).push(one);
    }
    return waiting === undefined ? undefined : Promise.all(waiting);
  }

  /** Resolves once nothing of what was handed out is on its way. */
  async idle(): Promise<void> {
    for (const delivery of this.#all) await delivery.idle();
  }

  /** Resolves once all rows are out. */
  async finish(): Promise<void> {
    if (this.#task.durable) return this.idle();
    for (const { sink } of this.#all) await flush(sink);
  }

  /** Waits for some time, for which the process stays, and then no longer for those that can be told so; what is returned calls it off. */
  abandonSoon(clock: Clock): () => void {
    const release = clock.hold?.();
    const callOff = clock.after(STOP_MS_MAX, () => this.#all.forEach((delivery) => delivery.abandon()));
    return () => {
      callOff();
      release?.();
    };
  }

  /** Closes all of them, also where one cannot be closed; `attempt` keeps what fails. */
  async close(attempt: (close: Promise<void> | undefined) => Promise<unknown>): Promise<void> {
    for (const delivery of this.#all) {
      // A row that is being taken is not given again, by the next loop, before that has ended.
      await attempt(delivery.close());
      await attempt(delivery.sink.output.driver?.close());
    }
  }
}

/** In memory: a promise while the sink has rows that are not out. */
function flush(sink: RuntimeSink): Promise<void> | undefined {
  return sink.output.driver?.flush()?.catch((error: unknown) => {
    if (isA(error, MillraceError)) throw error;
    throw errors.SINK_FAILED({ sink: sink.name, reason: reasonOf(error) }, error);
  });
}
