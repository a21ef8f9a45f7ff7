import type { Metered, Rated } from '../domain/metered.ts';
import { pico } from '../domain/money.ts';
import { priceInForce, priceOf, UnknownPrice } from './price.ts';

/** Rates usage at the price locked at its admission, or, where none could be locked, at the one then in force. */
export function rate(usage: Metered): Rated {
  const id = usage.priceId ?? priceInForce(usage.model, usage.at);
  if (id === undefined) throw new UnknownPrice(`of ${usage.model} at ${usage.at}`);
  return { ...usage, priceId: id, amount: pico(priceOf(id).perRequest * BigInt(usage.units.requests)) };
}
