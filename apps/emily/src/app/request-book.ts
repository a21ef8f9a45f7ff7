import type { Charge } from '../domain/budget.ts';
import type { FleetFact } from '../domain/fleet-fact.ts';
import type { EpochMs, KeyId, PriceId, RequestId, TenantId, UserId } from '../domain/names.ts';
import { isBillable, type Finished, type Outcome, type Progress, type Provenance, type Units, type UsageFact } from '../domain/usage-fact.ts';
import type { UsageMessage } from '../gateway/numbering.ts';
import { Turns } from './turns.ts';

/** The usage log, as far as it is looked into here. */
export type UsageTail = {
  /** Its messages from an offset on. */
  readonly read: (from: number) => Iterable<UsageMessage>;
  /** How many there are, or a few less. */
  readonly count: () => number;
};

/** What the usage log says of one request, as of its newest fact. */
export type RequestSummary = {
  readonly id: RequestId;
  readonly admittedAt: EpochMs;
  /** Null: refused before anybody knew who asks. */
  readonly tenant: TenantId | null;
  readonly user: UserId | null;
  readonly key: KeyId | null;
  readonly model: string | null;
  readonly outcome: RequestOutcome;
  readonly priceId: PriceId | null;
  /** Of one that has ended. */
  readonly units: Units | null;
  readonly provenance: Provenance | null;
  readonly replica: string | null;
  readonly firstTokenMs: number | null;
  readonly totalMs: number | null;
  readonly charge: Charge | null;
  /** The request that took its place: what it was charged is taken back. */
  readonly voidedBy: RequestId | null;
  /** Of one that was refused. */
  readonly refusal: { readonly status: number; readonly code: string } | null;
};

export type RequestOutcome = Outcome | 'open' | 'refused';

/** What the log says of single requests; it speaks of all open streams together, and of replicas, too. */
export type RequestFact = Exclude<UsageFact, FleetFact | Progress>;

/** A fact with the number under which its gateway sent it. */
export type NumberedFact = { readonly producer: string; readonly epoch: number; readonly sequence: number; readonly fact: RequestFact };

export type RequestBookOptions = {
  /** So many requests are in the book. */
  readonly kept?: number;
  /** So much of the log is read to fill it; more than two messages a request, because gateways promise, and replicas beat. */
  readonly readMax?: number;
  /** So many of the newest messages are looked through for one request. */
  readonly searchedMax?: number;
};

/** Messages are looked through so many at a time, from the newest on. */
const SEARCHED_AT_ONCE = 5_000;

/**
 * The newest requests, for people who look, and any one of them by its id.
 *
 * The book follows the usage log when it is asked, from where it was: nothing is done for it while a call is made,
 * and it says what is durable. Older requests are looked up in the log itself, from its end backwards.
 */
export class RequestBook {
  readonly #log: UsageTail;
  readonly #kept: number;
  readonly #readMax: number;
  readonly #searchedMax: number;
  readonly #known = new Map<RequestId, RequestSummary>();
  #next = 0;
  #following: Promise<void> | undefined;
  #searching: Promise<unknown> = Promise.resolve();

  constructor(log: UsageTail, { kept = 5_000, readMax = 50_000, searchedMax = 5_000_000 }: RequestBookOptions = {}) {
    this.#log = log;
    this.#kept = kept;
    this.#readMax = readMax;
    this.#searchedMax = searchedMax;
  }

  /** So many are in the book. */
  get size(): number {
    return this.#known.size;
  }

  /** The newest of those that are asked for, by their admission. */
  async newest(most: number, isAsked: (request: RequestSummary) => boolean): Promise<readonly RequestSummary[]> {
    await this.#follow();
    return [...this.#known.values()].filter(isAsked).sort((a, b) => b.admittedAt - a.admittedAt).slice(0, most);
  }

  /** All facts of a request in the order of the log; none where there is no such request, or it is too old. One search at a time. */
  find(id: string): Promise<readonly NumberedFact[]> {
    const found = this.#searching.then(() => this.#find(id));
    this.#searching = found.catch(() => {});
    return found;
  }

  /** The same of one tenant's, among the newest: what is not there is not looked for, so that nobody's questions hold others up. */
  async findRecent(id: string, tenant: TenantId): Promise<readonly NumberedFact[]> {
    await this.#follow();
    return this.#known.get(id as RequestId)?.tenant === tenant ? this.find(id) : [];
  }

  #follow(): Promise<void> {
    this.#following ??= this.#read().finally(() => {
      this.#following = undefined;
    });
    return this.#following;
  }

  async #read(): Promise<void> {
    const oldest = this.#log.count() - this.#readMax;
    if (oldest > this.#next) {
      // Of those that were open nobody would know how they ended.
      this.#known.clear();
      this.#next = oldest;
    }
    const turns = new Turns();
    for (const message of this.#log.read(this.#next)) {
      this.#next += 1;
      if (message.kind === 'event' && isOfRequest(message.value)) this.#take(message.value);
      if (turns.over) await turns.others();
    }
  }

  #take(fact: RequestFact): void {
    const summary = summaryOf(fact, this.#known.get(fact.id));
    if (summary === undefined) return;
    this.#known.set(fact.id, summary);
    if (this.#known.size > this.#kept) this.#known.delete(this.#known.keys().next().value as RequestId);
  }

  async #find(id: string): Promise<readonly NumberedFact[]> {
    await this.#follow();
    const turns = new Turns();
    const end = this.#next;
    const found: NumberedFact[] = [];
    for (let to = end; to > 0 && end - to < this.#searchedMax; to -= SEARCHED_AT_ONCE) {
      const from = Math.max(0, to - SEARCHED_AT_ONCE);
      const here: NumberedFact[] = [];
      let offset = from;
      for (const message of this.#log.read(from)) {
        if (offset >= to) break;
        offset += 1;
        if (message.kind !== 'event' || !isOfRequest(message.value) || message.value.id !== id) continue;
        const { producer, epoch, sequence, value } = message;
        here.push({ producer, epoch, sequence, fact: value });
      }
      found.unshift(...here);
      if (here.some(({ fact }) => fact.kind === 'admitted' || fact.kind === 'refused')) break;
      if (turns.over) await turns.others();
    }
    return found;
  }
}

export const isOfRequest = (fact: UsageFact): fact is RequestFact => 'id' in fact;

/** A request as of one more of its facts; undefined where that one says nothing of how it stands. */
export function summaryOf(fact: RequestFact, known: RequestSummary | undefined): RequestSummary | undefined {
  switch (fact.kind) {
    // A gap may bring the end first.
    case 'admitted': return known ?? { ...blank(fact), user: fact.user, key: fact.key, priceId: fact.priceId };
    // The first that is billable counts, whatever comes after it.
    case 'finished': return known !== undefined && isCharged(known) ? known : ended(fact);
    case 'voided': return known === undefined ? undefined : { ...known, voidedBy: fact.by };
    case 'refused': return { ...blank(fact), outcome: 'refused', refusal: { status: fact.status, code: fact.code } };
    default: return undefined;
  }
}

/** Whether it has ended in a way that is billed. */
export const isCharged = ({ outcome, provenance }: RequestSummary): boolean =>
  outcome !== 'open' && outcome !== 'refused' && provenance !== null && isBillable({ outcome, provenance });

const ended = (fact: Finished): RequestSummary => {
  const { user, key, priceId, outcome, units, provenance, replica, firstTokenMs, totalMs, charge = null } = fact;
  return { ...blank(fact), user, key, priceId, outcome, units, provenance, replica, firstTokenMs, totalMs, charge };
};

const blank = ({ id, admittedAt, tenant, model }: { readonly id: RequestId; readonly admittedAt: EpochMs; readonly tenant: TenantId | null; readonly model: string | null }): RequestSummary => ({
  id, admittedAt, tenant, model, user: null, key: null, outcome: 'open', priceId: null, units: null, provenance: null, replica: null, firstTokenMs: null, totalMs: null, charge: null, voidedBy: null, refusal: null,
});
