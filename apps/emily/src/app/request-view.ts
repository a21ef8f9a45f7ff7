import type { Reserve } from '../domain/budget.ts';
import { pico, picoText, type Currency } from '../domain/money.ts';
import { costOf } from '../price/rate.ts';
import { isCharged, type NumberedFact, type RequestSummary } from './request-book.ts';

/** Why a request is charged or not, in a word. */
export type WhyCharged = 'charged' | 'open' | 'refused' | 'failed' | 'lost' | 'estimate';

/** A request as it is told outside: amounts as decimal text, null where nothing is known of it yet, or nothing is owed. */
export function requestView(request: RequestSummary, currency: Currency): object {
  const { charge, ...told } = request;
  return { ...told, amount: amountOf(request), writtenOff: charge === null || charge.writtenOff === 0n ? null : picoText(charge.writtenOff), currency: currency.code };
}

/** What it costs, less what no budget had room for; null where it costs nothing. */
export function amountOf(request: RequestSummary): string | null {
  const { priceId, units, charge } = request;
  if (!isCharged(request) || priceId === null || units === null) return null;
  return picoText(pico(costOf(priceId, units) - (charge?.writtenOff ?? 0n)));
}

export function whyCharged(request: RequestSummary): WhyCharged {
  const { outcome } = request;
  if (isCharged(request)) return 'charged';
  return outcome === 'completed' || outcome === 'cancelled' ? 'estimate' : outcome;
}

/** A fact with all that it says, and the number under which its gateway sent it. */
export function factView({ producer, epoch, sequence, fact }: NumberedFact): object {
  const number = { producer, epoch, sequence, kind: fact.kind, at: fact.admittedAt };
  switch (fact.kind) {
    case 'admitted': {
      const { stream, idempotencyKey, bodyHash, priceId, reserve } = fact;
      return { ...number, stream, priceId, idempotencyKey, bodyHash, reserve: reserve === undefined ? null : reserveView(reserve) };
    }
    case 'finished': {
      const { outcome, units, provenance, replica, firstTokenMs, totalMs, charge } = fact;
      const charged = charge === undefined ? null : { charged: picoText(charge.charged), writtenOff: picoText(charge.writtenOff), counts: charge.counts };
      return { ...number, outcome, units, provenance, replica, firstTokenMs, totalMs, charge: charged };
    }
    case 'refused': return { ...number, status: fact.status, code: fact.code };
    case 'lapsed': return { ...number, reserve: reserveView(fact.reserve) };
  }
}

const reserveView = ({ amount, counts }: Reserve): object => ({ amount: picoText(amount), counts });
