import type { Metered } from '../domain/metered.ts';
import { pico, type Pico } from '../domain/money.ts';
import type { PriceId } from '../domain/names.ts';
import { priceInForce, priceOf, UnknownPrice } from './price.ts';

/** Usage with its charge. */
export type Rated = Metered & { readonly priceId: PriceId; readonly amount: Pico };

/** Rates usage at the price locked at its admission, or, where none could be locked, at the one then in force. */
export function rate(usage: Metered): Rated {
  const id = usage.priceId ?? priceInForce(usage.model, usage.at);
  if (id === undefined) throw new UnknownPrice(`of ${usage.model} at ${usage.at}`);
  return { ...usage, priceId: id, amount: pico(priceOf(id).perRequest * BigInt(usage.units.requests)) };
}
