import { testDriver, type TestDriver } from 'millrace/testing';
import { expect, test } from 'vitest';
import { emilyProgram, type EmilyTables } from '../app/program.ts';
import { demandAt } from '../demo/day-curve.ts';
import { seededRandom } from '../demo/random.ts';
import type { FleetFact } from '../domain/fleet-fact.ts';
import { epochMs, keyId, modelId, requestId, tenantId, userId, type RequestId } from '../domain/names.ts';
import { Numbering } from '../gateway/numbering.ts';
import type { Boot } from './boot-time.ts';
import type { UnsignedFleetFact } from './fleet-book.ts';
import { BEATS_APART_MS_MAX } from './gpu-time.ts';
import { WorkMeter } from './work-meter.ts';

/*
 * A week of demand on three replicas, of which beats stay away, replicas die, and Emily dies, at random. What its
 * program makes of it is held against a plain count of the calls' times.
 */

const start = Date.UTC(2026, 9, 19); // The zone has a day of 25 hours in it.
const DAYS = Number(process.env['EMILY_GPU_DAYS'] ?? 7);
const end = start + DAYS * 86_400_000;
const beatEveryMs = 5_000;
const seed = 20_261_124;

type Place = { readonly name: string; readonly owner: 'operator' | ReturnType<typeof tenantId>; readonly gpus: number };
const places: readonly Place[] = [
  { name: 'phi-4/0', owner: 'operator', gpus: 1 },
  { name: 'phi-4/1', owner: 'operator', gpus: 4 },
  { name: 'own/0', owner: tenantId('ada'), gpus: 2 },
];

type Call = { readonly id: RequestId; readonly from: number; to: number; endsAt: number; readonly output: number; readonly input: number };
type Live = { readonly place: Place; readonly id: string; readonly bornAt: number; readonly meter: WorkMeter; nextBeatAt: number; lastBeatAt: number; starting: boolean; readonly open: Set<Call>; readonly calls: Call[]; readonly spans: [from: number, to: number, starting: boolean][] };

/** Times in which at least one call was open, in whole ms. */
function busyWithin(calls: readonly Call[], from: number, to: number): number {
  let busy = 0;
  let reached = from;
  for (const call of calls) {
    if (call.from >= to) break;
    const [begin, until] = [Math.max(call.from, reached), Math.min(call.to, to)];
    if (until > begin) busy += until - begin;
    reached = Math.max(reached, until);
  }
  return busy;
}

class Week {
  readonly driver: TestDriver<EmilyTables> = testDriver(emilyProgram({ zone: 'Europe/Berlin', replay: true }), { durable: true });
  readonly dead: Live[] = [];
  readonly struck = { replica: 0, emily: 0, away: 0 };
  readonly #random = seededRandom(seed, 'week');
  #numbering = new Numbering('gateway-1', 1);
  #now = start;
  #boots = 0;
  #requests = 0;
  #live = new Map<Place, Live>();
  #startAt = new Map<Place, number>(places.map((place) => [place, start]));
  #arrivalAt = start;

  run(): void {
    this.#say(this.#numbering.heartbeat(start));
    let promisedAt = start;
    let replicaDiesAt = this.#after(8);
    let emilyDiesAt = this.#after(12);
    while (this.#now < end) {
      const lives = [...this.#live.values()];
      this.#now = Math.min(end, this.#arrivalAt, replicaDiesAt, emilyDiesAt, ...this.#startAt.values(), ...lives.flatMap(({ nextBeatAt, open }) => [nextBeatAt, ...[...open].map(({ endsAt }) => endsAt)]));
      for (const one of lives) this.#goOn(one);
      for (const [place, at] of this.#startAt) if (at <= this.#now) this.#boot(place);
      if (this.#arrivalAt <= this.#now) this.#arrive();
      if (replicaDiesAt <= this.#now) {
        replicaDiesAt = this.#after(8);
        this.#killOne();
      }
      if (emilyDiesAt <= this.#now) {
        emilyDiesAt = this.#after(12);
        this.#killEmily();
      }
      if (this.#now - promisedAt > 600_000) {
        promisedAt = this.#now;
        this.#say(this.#numbering.heartbeat(this.#now));
        this.driver.commit();
      }
    }
    for (const one of this.#live.values()) this.#bury(one);
    this.driver.source('usage').end();
    this.driver.commit();
  }

  /** A time about so many hours from now. */
  #after(hours: number): number {
    return this.#now + 1 + Math.floor(this.#random() * hours * 2 * 3_600_000);
  }

  #boot(place: Place): void {
    this.#startAt.delete(place);
    const id = `${place.name}.${this.#numbering.epoch}.${this.#boots++}`;
    // It loads for up to five minutes, and then it answers for the first time.
    const loadsMs = 1_000 + Math.floor(this.#random() * 300_000);
    const one: Live = { place, id, bornAt: this.#now, meter: new WorkMeter(() => this.#now), nextBeatAt: this.#now + loadsMs, lastBeatAt: this.#now, starting: true, open: new Set(), calls: [], spans: [] };
    this.#live.set(place, one);
  }

  #goOn(one: Live): void {
    for (const call of one.open) if (call.endsAt <= this.#now) this.#end(one, call);
    if (one.nextBeatAt > this.#now) return;
    if (one.starting) this.#tell({ kind: 'replica-registered', replica: one.id, model: modelId(one.place.name.split('/')[0]!), owner: one.place.owner, gpus: one.place.gpus, state: 'starting' });
    // What an engine has counted so far of what is open.
    for (const { id, from, endsAt, input, output } of one.open) one.meter.counted(id, { inputTokens: input, cachedInputTokens: 0, outputTokens: Math.floor((output * (this.#now - from)) / (endsAt - from)) });
    this.#tell({ kind: 'replica-beat', replica: one.id, state: 'ready', ...one.meter.sample(), engine: null });
    one.spans.push([one.lastBeatAt, this.#now, one.starting]);
    one.lastBeatAt = this.#now;
    one.starting = false;
    const isAway = this.#random() < 0.000_5;
    if (isAway) this.struck.away++;
    one.nextBeatAt = this.#now + beatEveryMs + Math.floor(this.#random() * 40) + (isAway ? Math.floor(this.#random() * 120_000) : 0);
  }

  #arrive(): void {
    const perSecond = demandAt(epochMs(this.#now), 0.08, seed);
    this.#arrivalAt = this.#now + 1 + Math.floor((-Math.log(1 - this.#random()) * 1_000) / perSecond);
    const ready = [...this.#live.values()].filter(({ starting }) => !starting);
    const one = ready[Math.floor(this.#random() * ready.length)];
    if (one === undefined) return;
    const n = this.#requests++;
    const [input, output] = [1 + Math.floor(this.#random() * 2_000), 1 + Math.floor(this.#random() * 500)];
    const call: Call = { id: requestId(`r-${n}`), from: this.#now, to: end, endsAt: this.#now + 1 + input + output * 40, input, output };
    const tenant = one.place.owner === 'operator' ? tenantId(['ada', 'bob', 'cat'][n % 3]!) : one.place.owner;
    one.meter.begin({ id: call.id, tenant, user: userId(`u-${n % 7}`), key: keyId('k') });
    one.open.add(call);
    one.calls.push(call);
  }

  #end(one: Live, call: Call): void {
    one.meter.counted(call.id, { inputTokens: call.input, cachedInputTokens: 0, outputTokens: call.output });
    one.meter.end(call.id);
    one.open.delete(call);
    call.to = this.#now;
  }

  /** A replica dies without a word; its place is filled again soon after. */
  #killOne(): void {
    const lives = [...this.#live.values()];
    const one = lives[Math.floor(this.#random() * lives.length)];
    if (one === undefined) return;
    this.struck.replica++;
    this.#bury(one);
    if (!one.starting) this.#tell({ kind: 'replica-left', replica: one.id, reason: 'was ended by SIGKILL' });
    this.#startAt.set(one.place, this.#now + 200);
  }

  #bury(one: Live): void {
    for (const call of one.open) call.to = this.#now;
    this.#live.delete(one.place);
    this.dead.push(one);
  }

  /** With Emily all replicas die; the next life says of those that it finds that they have left. */
  #killEmily(): void {
    this.struck.emily++;
    for (const one of this.#live.values()) this.#bury(one);
    this.driver.crash();
    this.#now += 3_000;
    const { epoch } = this.#numbering;
    const previous = { epoch, sequence: this.#numbering.heartbeat(0).sequence };
    this.#numbering = new Numbering('gateway-1', epoch + 1);
    this.#say(this.#numbering.heartbeat(this.#now, previous));
    const left = this.driver.table('boots').scan().filter(({ value }) => value.state !== 'left');
    for (const { key } of left) this.#tell({ kind: 'replica-left', replica: key as string, reason: 'Emily ended' });
    this.#startAt = new Map(places.map((place) => [place, this.#now]));
  }

  #tell(fact: UnsignedFleetFact): void {
    this.#say(this.#numbering.event({ ...fact, admittedAt: epochMs(this.#now), producer: 'gateway-1' } as FleetFact));
  }

  #say(message: unknown): void {
    this.driver.source('usage').send(message as never);
  }
}

const sumOf = ({ setupMs, activeMs, idleMs, unknownMs }: Boot): number => setupMs + activeMs + idleMs + unknownMs;

test('over a week with crashes, requests, idle, set-up and unknown time sum to the time between beats x GPUs', { timeout: 240_000 }, () => {
  const week = new Week();
  week.run();
  expect(week.driver.bad()).toEqual([]);
  const boots = new Map(week.driver.table('boots').scan().map(({ key, value }) => [key as string, value]));
  const expected = new Map(week.dead.filter(({ spans }) => spans.length > 0).map((one) => [one.id, one]));
  expect(new Set(boots.keys())).toEqual(new Set(expected.keys()));
  const whole = { setup: 0, active: 0, idle: 0, unknown: 0 };
  for (const [id, { place, bornAt, lastBeatAt, spans, calls }] of expected) {
    const parts = { setup: 0, active: 0, idle: 0, unknown: 0 };
    for (const [from, to, starting] of spans) {
      const ms = (to - from) * place.gpus;
      const busy = busyWithin(calls, from, to) * place.gpus;
      if (starting) parts.setup += ms;
      else if (to - from > BEATS_APART_MS_MAX) parts.unknown += ms;
      else {
        parts.active += busy;
        parts.idle += ms - busy;
      }
    }
    const boot = boots.get(id)!;
    expect({ id, whole: sumOf(boot), parts: { setup: boot.setupMs, active: boot.activeMs, idle: boot.idleMs, unknown: boot.unknownMs } }).toEqual({ id, whole: (lastBeatAt - bornAt) * place.gpus, parts });
    for (const state of ['setup', 'active', 'idle', 'unknown'] as const) whole[state] += parts[state];
  }
  for (const name of ['gpuPerMinute', 'gpuPerMonth'] as const) {
    const rows = week.driver.table(name).scan();
    const sums = { setup: 0, active: 0, idle: 0, unknown: 0 };
    for (const { key, value } of rows) sums[(key as { state: keyof typeof sums }).state] += value as number;
    expect(sums).toEqual(whole);
    expect(rows.every(({ finality }) => finality === 'final')).toBe(true);
  }
  // It was a week in which things happened.
  expect(Object.values(whole).every((ms) => ms > 0)).toBe(true);
  expect([week.struck.replica >= DAYS, week.struck.emily >= DAYS, week.struck.away >= 10 * DAYS]).toEqual([true, true, true]);
  week.driver.close();
});
