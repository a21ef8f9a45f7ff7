import { expect, test } from 'vitest';
import type { FleetFact, ReplicaBeat } from '../domain/fleet-fact.ts';
import { epochMs, keyId, modelId, tenantId, userId } from '../domain/names.ts';
import { follow, type Boot } from './boot-time.ts';

const said = { producer: 'g', admittedAt: epochMs(7), replica: 'm/0.1.0' };
const registered: FleetFact = { ...said, kind: 'replica-registered', model: modelId('m'), owner: 'operator', gpus: 2, state: 'starting' };
const left: FleetFact = { ...said, kind: 'replica-left', reason: 'was ended by SIGKILL' };
const work = [{ tenant: tenantId('ada'), user: userId('u'), key: keyId('k'), calls: 1, units: 1 }];
const beat = (clockMs: number, busyMs: number, more: Partial<ReplicaBeat> = {}): FleetFact => ({ ...said, kind: 'replica-beat', state: 'ready', clockMs, busyMs, running: 0, engine: null, work, ...more });

const life = (...facts: readonly FleetFact[]): Boot | undefined => facts.reduce<Boot | undefined>((boot, fact) => follow(boot, fact)?.boot ?? boot, undefined);

test('from its registration to its last beat every millisecond is set-up, active, idle or unknown', () => {
  expect(life(registered, beat(60_000, 0), beat(65_000, 2_000), beat(90_000, 2_000), beat(95_000, 3_000, { state: 'draining', work: [] }), left)).toMatchObject({
    clockMs: 95_000, setupMs: 120_000, activeMs: 4_000, idleMs: 6_000 + 8_000, unknownMs: 50_000 + 2_000, state: 'left', reason: 'was ended by SIGKILL',
  });
});

test('a beat that was lost loses nothing', () => {
  const whole = life(registered, beat(10, 0), beat(5_010, 1_000), beat(10_010, 4_000));
  expect(life(registered, beat(10, 0), beat(10_010, 4_000))).toEqual(whole);
});

test('what comes twice, out of order, after the end or of nobody adds nothing', () => {
  const boot = life(registered, beat(10, 0), beat(5_010, 0));
  expect(life(registered, beat(10, 0), registered, beat(5_010, 0), beat(10, 0))).toEqual(boot);
  expect(life(registered, beat(10, 0), beat(5_010, 0), left, beat(9_000, 0), left)).toEqual(life(registered, beat(10, 0), beat(5_010, 0), left));
  expect(life(beat(10, 0), left)).toBeUndefined();
});

test('what the engine said last is kept when it says nothing', () => {
  const engine = { running: 1, waiting: 0, kvCacheUse: 0.5, counters: { promptTokens: 3, generatedTokens: 4 } };
  expect(life(registered, beat(10, 0, { engine }), beat(20, 0))?.engine).toEqual(engine);
});
