import type { AsOf, EpochMs, Evidence, Finality, Hello, Invoice, Invoices, Missing, Model, Now, Producer, Usage, UsageWindow } from '../api.ts';
import { FixtureAccounts } from './fixture-accounts.ts';
import { FixtureHolds, heldAt } from './fixture-holds.ts';
import { FixtureRequests } from './fixture-requests.ts';
import { seededRandom } from './random.ts';

/*
 * A small world that answers the console's questions as Emily would: seeded, and consistent, so that
 * lines add up to invoices, invoices to tenants, and tenants to the month.
 *
 * Scenarios: `busy` is a good day; `trouble` has a silent gateway, a gap, a draining replica and bad
 * records; `held` waits for a person, twice; `empty` has seen nothing; `replay` is in the middle of a trace; `final` is at its end.
 */
export type Scenario = 'busy' | 'trouble' | 'held' | 'empty' | 'replay' | 'final';

/** A name that would run a script on any page that forgets to escape it. */
export const HOSTILE_NAME = '<img src=x onerror="document.title=\'owned\'">';

export const tenants: readonly { readonly id: string; readonly name: string }[] = [
  { id: 'ten_aldermoor', name: 'Aldermoor Legal' },
  { id: 'ten_brightwater', name: 'Brightwater Health' },
  { id: 'ten_cassini', name: 'Cassini Robotics' },
  { id: 'ten_dunmore', name: 'Dunmore & Söhne GmbH' },
  { id: 'ten_eventide', name: 'Eventide Games' },
  { id: 'ten_hostile', name: HOSTILE_NAME },
];

export const models: readonly Model[] = [
  { id: 'llama-3.3-70b', owner: 'mle', simulated: true },
  { id: 'qwen3-32b', owner: 'mle', simulated: true },
  { id: 'mistral-small-24b', owner: 'mle', simulated: true },
  { id: 'aldermoor-briefs-8b', owner: 'ten_aldermoor', simulated: true },
];
export const modelShares: readonly number[] = [0.46, 0.31, 0.17, 0.06];

const CURRENCY = 'EUR';
const ZONE = 'Europe/Berlin';
const PRICE_ID = 'pr_launch_2026-10';
const UNIT_PRICE = '0.0125';
const UNIT_PRICE_PER_MINOR = 1.25;
const MINUTE_MS = 60_000;
const HISTORY_MINUTES = 190;
const USERS_MAX = 240;
/** The longest stream: how far the frontier stays behind. */
const LONGEST_STREAM_MS = 90_000;

type User = { readonly id: string; readonly tenant: string; requests: number };
type Minute = { readonly start: EpochMs; requests: number; inputTokens: number; outputTokens: number };

export class FixtureWorld {
  readonly #scenario: Scenario;
  readonly #random: () => number;
  readonly #users: readonly User[];
  readonly #minutes: Minute[] = [];
  readonly holds: FixtureHolds;
  readonly requests: FixtureRequests;
  readonly accounts: FixtureAccounts;
  readonly #startedAt: EpochMs;
  #at: EpochMs;
  #commit = 48_211;
  #inputTokens = 0;
  #outputTokens = 0;
  #modelRequests: number[] = models.map(() => 0);
  #replayed: number;
  #rates = { requestsPerSecond: 0, inputTokensPerSecond: 0, outputTokensPerSecond: 0, inFlight: 0, refusedPerSecond: 0 };

  constructor(scenario: Scenario, seed: number, startedAt: EpochMs) {
    this.#scenario = scenario;
    this.#random = seededRandom(seed);
    this.#startedAt = startedAt;
    this.#at = startedAt;
    this.#replayed = scenario === 'final' ? REPLAY_ROWS : 7_400;
    this.#users = scenario === 'empty' ? [] : this.#makeUsers();
    if (scenario !== 'empty') this.#makeHistory();
    this.accounts = new FixtureAccounts(scenario === 'empty' ? [] : tenants, startedAt);
    this.requests = new FixtureRequests(seed + 1, tenants, models);
    this.holds = new FixtureHolds(scenario === 'held' ? heldAt(startedAt) : []);
  }

  /** One step of the stream: `at` is now, and a second of demand has passed. */
  tick(at: EpochMs): void {
    this.#at = at;
    if (this.#scenario === 'empty' || this.#scenario === 'final') return;
    this.#commit += 1;
    const requests = Math.round(6 + 5 * this.#random() + 2 * Math.sin(at / 90_000));
    const inputTokens = Math.round(requests * (900 + 500 * this.#random()));
    const outputTokens = Math.round(requests * (180 + 90 * this.#random()));
    this.#rates = {
      requestsPerSecond: requests, inputTokensPerSecond: inputTokens, outputTokensPerSecond: outputTokens,
      inFlight: Math.round(requests * 2.4), refusedPerSecond: this.#scenario === 'trouble' ? 0.4 : 0,
    };
    this.#add(requests, inputTokens, outputTokens, at);
    this.requests.add(requests, at);
    if (this.#scenario === 'replay') this.#replayed = Math.min(REPLAY_ROWS - 1, this.#replayed + 900);
  }

  hello(address: string): Hello {
    const replay = this.#isReplay() ? { file: 'AzureLLMInferenceTrace_conv.csv', rows: REPLAY_ROWS, done: this.#replayed, finished: this.#scenario === 'final' } : null;
    const demoKey = this.#isReplay() ? null : 'em_demo_7Qd2mT';
    return {
      product: 'Emily', who: { role: 'operator', tenant: null }, may: ['read', 'look', 'administer', 'audit', 'watch', 'credit', 'operate'], now: this.#at, mode: this.#isReplay() ? 'replay' : 'demo', address, demoKey,
      curl: `curl ${address}/v1/chat/completions -H 'Authorization: Bearer ${demoKey ?? '$EMILY_KEY'}' -H 'Content-Type: application/json' -d '{"model":"llama-3.3-70b","messages":[{"role":"user","content":"Hello"}]}'`,
      currency: CURRENCY, zone: ZONE, models, tenants, replay,
    };
  }

  now(): Now {
    const month = this.#month();
    const invoices = this.#invoices();
    const requests = requestsOf(this.#users);
    const part = (count: number, of: number): number => (requests === 0 ? 0 : Math.floor((of * count) / requests));
    return {
      at: this.#at, commit: this.#commit, frontier: this.#frontier(), evidence: this.#evidence(), sentIn: null, rates: this.#rates,
      month: {
        ...month, label: monthLabel(month.start), finality: this.#finality(), evidence: this.#finalEvidence(),
        requests, inputTokens: this.#inputTokens, outputTokens: this.#outputTokens, amount: amountOf(invoices), currency: CURRENCY,
        byTenant: this.#users.length === 0 ? [] : tenants.map(({ id, name }) => {
          const count = requestsOf(this.#users.filter(({ tenant }) => tenant === id));
          return { tenant: id, name, requests: count, inputTokens: part(count, this.#inputTokens), outputTokens: part(count, this.#outputTokens), amount: amountOf(invoices.filter(({ tenant }) => tenant === id)) };
        }),
        byModel: this.#users.length === 0 ? [] : models.map(({ id }, at) => {
          const count = this.#modelRequests[at] ?? 0;
          return { model: id, requests: count, inputTokens: part(count, this.#inputTokens), outputTokens: part(count, this.#outputTokens), share: requests === 0 ? 0 : count / requests };
        }),
      },
      producers: this.#producers(),
      missing: this.#missing(),
      ...this.holds.told(),
      replay: this.#isReplay() ? { rows: REPLAY_ROWS, done: this.#replayed, finished: this.#scenario === 'final', requestsPerSecond: this.#scenario === 'final' ? 0 : 903.4 } : null,
      health: {
        replicas: models.flatMap(({ id }, at) => [1, 2].slice(at === 3 ? 1 : 0).map((copy) => ({
          id: `${id}/${copy}`, model: id, state: this.#scenario === 'trouble' && at === 2 && copy === 2 ? 'draining' : 'ready', outstanding: Math.round(this.#rates.inFlight * (modelShares[at] ?? 0) / 2),
        }))),
        bad: this.#scenario === 'trouble' ? 3 : 0,
        late: this.#scenario === 'trouble' ? 1 : 0,
      },
    };
  }

  usage(from: EpochMs, to: EpochMs): Usage {
    const frontier = this.#frontier();
    const data = this.#minutes
      .filter(({ start }) => start >= from && start < to)
      .map((minute): UsageWindow => ({
        window: { start: minute.start, end: minute.start + MINUTE_MS }, measured: 'here',
        requests: minute.requests, inputTokens: minute.inputTokens, cachedInputTokens: 0, outputTokens: minute.outputTokens,
        ...(frontier !== null && minute.start + MINUTE_MS <= frontier ? { finality: 'final', evidence: this.#evidence() } : { finality: 'provisional', evidence: [] }),
      }));
    return { data, asOf: this.asOf() };
  }

  invoices(limit: number): Invoices {
    return { data: this.#invoices().toSorted((a, b) => toCents(b.total) - toCents(a.total)).slice(0, limit), asOf: this.asOf() };
  }

  #invoices(): Invoice[] {
    const { start, end, zone } = this.#month();
    const final = this.#scenario === 'final';
    return this.#users.map(({ id, tenant, requests }, at) => {
      const amount = fromCents(roundHalfEven(requests * UNIT_PRICE_PER_MINOR));
      return {
        id: `inv_${tenant}_${id}`, tenant, user: id, measured: 'here', period: { start, end, zone }, status: final ? 'final' : 'open',
        lines: [{ unit: 'requests', quantity: requests, priceId: PRICE_ID, unitPrice: UNIT_PRICE, amount }],
        total: amount, currency: CURRENCY, finality: this.#finality(), evidence: this.#finalEvidence(),
        number: final ? `2026-${String(at + 1).padStart(5, '0')}` : null,
      };
    });
  }

  #makeUsers(): User[] {
    return Array.from({ length: USERS_MAX }, (_, at) => {
      const tenant = tenants[Math.floor(this.#random() ** 1.6 * tenants.length)] ?? tenants[0];
      return { id: `user-${String(at + 1).padStart(4, '0')}`, tenant: tenant!.id, requests: 20 + Math.round(18_000 * this.#random() ** 5) };
    });
  }

  /* The hours before the start: the day's curve by minutes, and the month's counts before that. */
  #makeHistory(): void {
    for (const { requests } of this.#users) {
      this.#inputTokens += Math.round(requests * (900 + 500 * this.#random()));
      this.#outputTokens += Math.round(requests * (180 + 90 * this.#random()));
      this.#countModels(requests);
    }
    const last = this.#startedAt - (this.#startedAt % MINUTE_MS) - MINUTE_MS;
    const minutes = this.#isReplay() ? (this.#scenario === 'final' ? 58 : 23) : HISTORY_MINUTES;
    const first = this.#isReplay() ? TRACE_START : last - (minutes - 1) * MINUTE_MS;
    for (let at = 0; at < minutes; at++) {
      const requests = Math.round(470 + 120 * Math.sin(at / 34) + 60 * this.#random());
      this.#minutes.push({ start: first + at * MINUTE_MS, requests, inputTokens: Math.round(requests * (1_050 + 200 * this.#random())), outputTokens: Math.round(requests * (200 + 50 * this.#random())) });
    }
  }

  #add(requests: number, inputTokens: number, outputTokens: number, at: EpochMs): void {
    for (let n = 0; n < requests; n++) {
      const user = this.#users[Math.floor(this.#random() ** 2 * this.#users.length)];
      if (user !== undefined) user.requests += 1;
    }
    this.#countModels(requests);
    this.#inputTokens += inputTokens;
    this.#outputTokens += outputTokens;
    if (this.#isReplay()) return;
    const start = at - (at % MINUTE_MS);
    let minute = this.#minutes.at(-1);
    if (minute?.start !== start) {
      minute = { start, requests: 0, inputTokens: 0, outputTokens: 0 };
      this.#minutes.push(minute);
    }
    minute.requests += requests;
    minute.inputTokens += inputTokens;
    minute.outputTokens += outputTokens;
  }

  #countModels(requests: number): void {
    let left = requests;
    for (const [at, share] of modelShares.entries()) {
      const count = at === modelShares.length - 1 ? left : Math.min(left, Math.round(requests * share));
      this.#modelRequests[at] = (this.#modelRequests[at] ?? 0) + count;
      left -= count;
    }
  }

  #producers(): Producer[] {
    const names = this.#isReplay() ? ['replay'] : ['gateway-1', 'gateway-2', 'gateway-3'];
    const from = this.#isReplay() ? TRACE_START : this.#startedAt - 4 * 3_600_000;
    const until = this.#isReplay() ? this.#frontier() ?? from : this.#at;
    if (this.#scenario === 'empty') return [];
    return names.map((producer, at) => {
      const base = { producer, epoch: 3 + at, sequence: 182_340 + this.#commit, promise: until, gaps: [] };
      if (this.#scenario === 'trouble' && at === 1) {
        const promise = this.#startedAt - 320_000;
        return { ...base, promise, sequence: 10_230, lastAt: until, state: 'gapped', segments: [{ from, to: promise }], gaps: [{ from: promise, to: until, epoch: base.epoch, ranges: MISSING }] };
      }
      if ((this.#scenario === 'trouble' || this.#scenario === 'held') && at === 2) {
        const silent = this.#startedAt - 150_000;
        return { ...base, promise: silent, lastAt: silent, state: 'silent', segments: [{ from, to: silent }] };
      }
      return { ...base, lastAt: until, state: this.#scenario === 'final' ? 'closed' : 'live', segments: [{ from, to: until }] };
    });
  }

  #missing(): Missing[] {
    const silent = { what: 'silent', source: 'usage', producer: 'gateway-3' } as const;
    if (this.#scenario !== 'trouble') return this.#scenario === 'held' ? [silent] : [];
    return [
      { what: 'sequences', source: 'usage', producer: 'gateway-2', epoch: 4, ranges: MISSING, since: this.#startedAt - 260_000, lost: false }, silent,
    ];
  }

  #frontier(): EpochMs | null {
    switch (this.#scenario) {
      case 'empty': return null;
      case 'final': return this.#month().end;
      case 'replay': return TRACE_START + 21 * MINUTE_MS;
      case 'held':
      case 'trouble': return this.#startedAt - 320_000;
      case 'busy': return this.#at - LONGEST_STREAM_MS;
    }
  }

  #evidence(): readonly Evidence[] {
    if (this.#scenario === 'empty') return [];
    return this.#scenario === 'final' ? ['ended'] : ['proved'];
  }

  #finalEvidence = (): readonly Evidence[] => (this.#scenario === 'final' ? this.#evidence() : []);

  asOf = (): AsOf => ({ commit: this.#commit, frontier: this.#frontier(), evidence: this.#evidence(), sentIn: null });

  #finality = (): Finality => (this.#scenario === 'final' ? 'final' : 'provisional');
  #isReplay = (): boolean => this.#scenario === 'replay' || this.#scenario === 'final';
  #month = (): { start: EpochMs; end: EpochMs; zone: string } => ({ ...berlinMonth(this.#isReplay() ? TRACE_START : this.#startedAt), zone: ZONE });
}

const MISSING = [[10_231, 10_240], [10_252, 10_252]] as const;
const REPLAY_ROWS = 19_366;
const TRACE_START: EpochMs = Date.UTC(2023, 10, 16, 18, 17);

/* Midnights in Berlin, near enough for a fixture: UTC+1 from November to March, else UTC+2. */
function berlinMonth(at: EpochMs): { start: EpochMs; end: EpochMs } {
  const local = new Date(at + 3_600_000);
  const midnight = (month: number): EpochMs => {
    const utc = Date.UTC(local.getUTCFullYear(), month, 1);
    const summer = new Date(utc).getUTCMonth() >= 3 && new Date(utc).getUTCMonth() <= 9;
    return utc - (summer ? 2 : 1) * 3_600_000;
  };
  return { start: midnight(local.getUTCMonth()), end: midnight(local.getUTCMonth() + 1) };
}

const requestsOf = (users: readonly User[]): number => users.reduce((sum, { requests }) => sum + requests, 0);
const amountOf = (invoices: readonly Invoice[]): string => fromCents(invoices.reduce((sum, { total }) => sum + toCents(total), 0));
const monthLabel = (start: EpochMs): string => new Date(start + 86_400_000).toISOString().slice(0, 7);
const toCents = (amount: string): number => Number(amount.replace('.', ''));
const fromCents = (cents: number): string => `${Math.floor(cents / 100)}.${String(cents % 100).padStart(2, '0')}`;

function roundHalfEven(value: number): number {
  const floor = Math.floor(value);
  const rest = value - floor;
  if (rest !== 0.5) return Math.round(value);
  return floor % 2 === 0 ? floor : floor + 1;
}
