import type { Delivery } from './delivery.ts';
import type { HoldOwner, KeptHold, Resolution } from './hold.ts';

/** What people decide on a sink that does not take its rows. */
export class DeliveryHolds implements HoldOwner {
  readonly #delivery: Delivery;

  constructor(delivery: Delivery) {
    this.#delivery = delivery;
  }

  resolve({ reason, evidence }: KeptHold, { choice }: Resolution): void {
    if (reason !== 'sink-refused') return;
    if (choice === 'discard') this.#delivery.discard(evidence.end);
    else this.#delivery.resume();
  }
}
