import type { Metered, Rated } from '../domain/metered.ts';
import { pico, type Pico } from '../domain/money.ts';
import type { PriceId } from '../domain/names.ts';
import type { Units } from '../domain/usage-fact.ts';
import { priceInForce, priceOf, UnknownPrice } from './price.ts';

/** What units cost at a price. */
export const costOf = (price: PriceId, { requests }: Units): Pico => pico(priceOf(price).perRequest * BigInt(requests));

/**
 * Rates usage at the price locked at its admission, or, where none could be locked, at the one then in force. What no
 * budget had room for was written off when the call ended, and is not asked for again.
 */
export function rate(usage: Metered): Rated {
  const id = usage.priceId ?? priceInForce(usage.model, usage.at);
  if (id === undefined) throw new UnknownPrice(`of ${usage.model} at ${usage.at}`);
  return { ...usage, priceId: id, amount: pico(costOf(id, usage.units) - (usage.charge?.writtenOff ?? 0n)) };
}
