import { pico, type Pico } from '../domain/money.ts';
import { priceId, type EpochMs, type ModelId, type PriceId } from '../domain/names.ts';

/** A price never changes: a new one gets a new id. */
export type Price = {
  readonly id: PriceId;
  readonly validFrom: EpochMs;
  readonly perRequest: Pico;
  readonly reason: string;
};

/** The launch plan: every API request costs the same, whatever the model. One cent a request. */
const launch: Price = {
  id: priceId('launch-1'),
  validFrom: 0 as EpochMs,
  perRequest: pico(10_000_000_000n),
  reason: 'launch plan: one rate per API request for all models',
};

const prices: ReadonlyMap<PriceId, Price> = new Map([[launch.id, launch]]);

/** The price of a model at a time; undefined where none is in force. */
export function priceInForce(_model: ModelId, at: EpochMs): PriceId | undefined {
  return at >= launch.validFrom ? launch.id : undefined;
}

/** A price by its id. An unknown one is an error, never zero. */
export function priceOf(id: PriceId): Price {
  const price = prices.get(id);
  if (price === undefined) throw new UnknownPrice(id);
  return price;
}

export class UnknownPrice extends Error {
  constructor(id: string) {
    super(`there is no price '${id}'; usage at an unknown price is set aside, never rated at zero`);
  }
}
