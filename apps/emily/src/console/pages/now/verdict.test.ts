import { expect, test } from 'vitest';
import type { Hello, Now } from '../../api.ts';
import { FixtureWorld, type Scenario } from '../../dev/fixture-world.ts';
import { judge, reassurance } from './verdict.ts';

const at = Date.UTC(2026, 10, 22, 15);

function world(scenario: Scenario): { now: Now; hello: Hello } {
  const fixture = new FixtureWorld(scenario, 1, at);
  fixture.tick(at);
  return { now: fixture.now(), hello: fixture.hello('http://127.0.0.1') };
}

const withReplicas = (now: Now, replicas: Now['health']['replicas']): Now => ({ ...now, health: { ...now.health, replicas } });

test('a good day says that everything reports and is ready', () => {
  const { now, hello } = world('busy');
  expect(judge(now, hello)).toEqual({ level: 'good', findings: [] });
  expect(reassurance(now)).toBe('all 3 gateways report without a gap; all 7 replicas are ready');
});

test('each trouble is named and leads to the section that shows it', () => {
  const { now, hello } = world('trouble');
  const { level, findings } = judge(now, hello);
  expect(level).toBe('attention');
  expect(findings.map(({ section }) => section)).toEqual(['time', 'time', 'replicas', 'rates', 'rates']);
  expect(findings[0]?.text).toBe('gateway-2 misses 11 facts (10,231–10,240, 10,252)');
});

test('what waits for a person comes first, and is worse than what only waits', () => {
  const { now, hello } = world('held');
  const { level, findings } = judge(now, hello);
  expect([level, findings[0], findings[1]?.section]).toEqual(['bad', { level: 'bad', text: "a person has to decide: sequence 7 of epoch 3 of 'gateway-1' came with another content", section: 'holds' }, 'holds']);
});

test('a gateway that was given up, or never said how a life of it ended, is named', () => {
  const { now, hello } = world('busy');
  const [first, ...others] = now.producers;
  const producers = [{ ...first!, state: 'lost' as const }, ...others];
  const missing = [{ what: 'epoch', source: 'usage', producer: 'gateway-2', epoch: 3, known: 8, lost: false }] as const;
  expect(judge({ ...now, producers, missing }, hello).findings.map(({ text }) => text)).toEqual(['gateway-2 has not said how epoch 3 ended', 'gateway-1 was given up']);
});

test('a gateway that was never heard is waited for', () => {
  const { now, hello } = world('empty');
  const expected = { producer: 'gateway-1', state: 'expected', epoch: 0, sequence: -1, lastAt: null, promise: null, segments: [], gaps: [] } as const;
  expect(judge({ ...now, producers: [expected] }, hello).level).toBe('waiting');
});

test('a model that no replica serves is worse than anything that waits', () => {
  const { now, hello } = world('busy');
  const verdict = judge(withReplicas(now, now.health.replicas.filter(({ model }) => model !== 'qwen3-32b')), hello);
  expect(verdict.level).toBe('bad');
  expect(verdict.findings.map(({ text }) => text)).toEqual(['no replica of qwen3-32b is ready']);
});

test('a replay by ingest needs no replicas', () => {
  const { now, hello } = world('replay');
  expect(judge(withReplicas(now, []), hello).level).toBe('good');
});

test('before any gateway has reported nothing is called complete', () => {
  const { now, hello } = world('empty');
  expect(judge(now, hello).level).toBe('waiting');
});
