import type { AsOf, EpochMs } from '../api.ts';
import { requestOutcomes, type RequestOutcome, type RequestRow, type Requests, type RequestStory } from '../api-requests.ts';
import { seededRandom } from './random.ts';

type Named = { readonly id: string };

const KEPT_MAX = 400;
const UNIT_PRICE = '0.0125';
const PRICE_ID = 'pr_launch_2026-10';
const MINUTE_MS = 60_000;

/** The newest requests of a fixture's world: some each tick, of each outcome. */
export class FixtureRequests {
  readonly #random: () => number;
  readonly #tenants: readonly Named[];
  readonly #models: readonly Named[];
  #rows: readonly RequestRow[] = [];
  #count = 0;

  constructor(seed: number, tenants: readonly Named[], models: readonly Named[]) {
    this.#random = seededRandom(seed);
    this.#tenants = tenants;
    this.#models = models;
  }

  /** So many came by `at`. */
  add(many: number, at: EpochMs): void {
    const rows = Array.from({ length: many }, (_, n) => this.#row(at - Math.round((n * 900) / many)));
    this.#rows = [...rows, ...this.#rows].slice(0, KEPT_MAX);
  }

  list(question: URLSearchParams, asOf: AsOf): Requests {
    const isAsked = (row: RequestRow): boolean => (['tenant', 'model', 'outcome', 'key', 'user'] as const).every((name) => (question.get(name) ?? row[name]) === row[name]);
    return { data: this.#rows.filter(isAsked).slice(0, Number(question.get('limit') ?? 100)), among: this.#rows.length, asOf };
  }

  /** Undefined where there is no such request. */
  story(id: string, asOf: AsOf): RequestStory | undefined {
    const request = this.#rows.find((row) => row.id === id);
    if (request === undefined) return undefined;
    const { admittedAt, outcome, units, user, tenant, priceId } = request;
    const number = { producer: 'gateway-1', epoch: 3, at: admittedAt };
    const reserve = { amount: UNIT_PRICE, counts: [{ budget: 'monthly', period: '2026-11' }] };
    const begun = { ...number, sequence: 1_000, kind: 'admitted', stream: true, idempotencyKey: 'order-7', reserve };
    const isCharged = request.amount !== null;
    const ended = { ...number, sequence: 1_004, kind: 'finished', outcome, ...(units === null ? {} : { units }), provenance: request.provenance ?? 'none', replica: request.replica, firstTokenMs: request.firstTokenMs, totalMs: request.totalMs ?? 0, charge: isCharged ? { charged: UNIT_PRICE, writtenOff: '0', counts: reserve.counts } : null };
    const refused = { ...number, sequence: 1_000, kind: 'refused', status: 429, code: 'too_many_open_calls' };
    const start = admittedAt - (admittedAt % MINUTE_MS);
    const month = { start: Date.UTC(2026, 10, 1) - 3_600_000, end: Date.UTC(2026, 11, 1) - 3_600_000 };
    const isFinal = asOf.frontier !== null && asOf.frontier > start + MINUTE_MS;
    return {
      request: { ...request, why: isCharged ? 'charged' : (outcome as 'open' | 'failed' | 'lost' | 'refused') },
      facts: outcome === 'refused' ? [refused] : outcome === 'open' ? [begun] : [begun, ended],
      price: priceId === null ? null : { id: priceId, unit: 'requests', unitPrice: UNIT_PRICE, currency: 'EUR', reason: 'launch plan' },
      windows: isCharged ? [
        { window: 'minute', start, end: start + MINUTE_MS, requests: 3, finality: isFinal ? 'final' : 'provisional', evidence: isFinal ? ['proved'] : [] },
        { window: 'month', ...month, requests: 1_203, finality: 'provisional', evidence: [] },
      ] : [],
      invoice: isCharged && tenant !== null && user !== null
        ? { id: `2026-11/${tenant}/${user}`, tenant, user, period: { ...month, zone: 'Europe/Berlin' }, finality: 'provisional', evidence: [], total: '15.04', currency: 'EUR', line: { unit: 'requests', quantity: 1_203, priceId: PRICE_ID, unitPrice: UNIT_PRICE, amount: '15.04' } }
        : null,
      unended: null,
      asOf,
    };
  }

  #row(admittedAt: EpochMs): RequestRow {
    this.#count += 1;
    const pick = <T>(of: readonly T[]): T => of[Math.floor(this.#random() ** 1.5 * of.length)] as T;
    const outcome: RequestOutcome = this.#random() < 0.85 ? 'completed' : pick(requestOutcomes);
    const hasEnded = outcome !== 'open' && outcome !== 'refused';
    const isCharged = outcome === 'completed' || outcome === 'cancelled';
    const model = pick(this.#models).id;
    const totalMs = Math.round(300 + 4_000 * this.#random());
    return {
      id: `req_${this.#count.toString(16).padStart(32, '0')}`, admittedAt, tenant: pick(this.#tenants).id, user: `user-${String(1 + Math.floor(this.#random() * 40)).padStart(4, '0')}`,
      key: `key${Math.floor(this.#random() * 6)}Qd2mT7Zp`, model, outcome, priceId: outcome === 'refused' ? null : PRICE_ID,
      units: hasEnded ? { requests: isCharged ? 1 : 0, inputTokens: Math.round(1_400 * this.#random()), cachedInputTokens: 0, outputTokens: outcome === 'completed' ? Math.round(300 * this.#random()) : 0 } : null,
      provenance: hasEnded ? (outcome === 'completed' ? 'engine-final' : outcome === 'cancelled' ? 'engine-running' : 'none') : null,
      replica: hasEnded ? `${model}/1` : null, firstTokenMs: outcome === 'completed' ? Math.round(totalMs / 4) : null, totalMs: hasEnded ? totalMs : null,
      refusal: outcome === 'refused' ? { status: 429, code: 'too_many_open_calls' } : null, amount: isCharged ? UNIT_PRICE : null, writtenOff: null, currency: 'EUR',
    };
  }
}
