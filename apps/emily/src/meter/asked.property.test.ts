import fc from 'fast-check';
import { log, minutes, outOfOrder, pipeline, type Table } from 'millrace';
import { testDriver } from 'millrace/testing';
import { expect, test } from 'vitest';
import type { Metered } from '../domain/metered.ts';
import { epochMs, modelId, requestId, tenantId, userId } from '../domain/names.ts';
import { CONVERSATION_PAUSE_MS, conversations, type Conversation, type ConversationKey } from './conversations.ts';
import { POPULAR_EVERY_MS, POPULAR_FOR_MS, popularity, type Asked, type PopularityKey } from './popularity.ts';

/*
 * Popularity and conversations against a plain recount, whatever the order in which calls end, also of calls that are
 * taken back, and over crashes.
 */

const START = Date.UTC(2026, 10, 24);
const BOUND_MS = minutes(10);
const USERS = ['', 'ana', 'ben'];
const MODELS = ['__proto__', ...Array.from({ length: 10 }, (_, i) => `m${i}`)];

type Call = { readonly afterMs: number; readonly behindMs: number; readonly who: number; readonly model: number; readonly sign: 1 | -1; readonly tokens: number };

const manyCalls: fc.Arbitrary<readonly (Call | 'crash')[]> = fc.array(
  fc.oneof(
    { weight: 9, arbitrary: fc.record<Call>({ afterMs: fc.oneof(fc.nat(minutes(3)), fc.nat(minutes(70))), behindMs: fc.nat(BOUND_MS), who: fc.nat(5), model: fc.nat(MODELS.length - 1), sign: fc.constantFrom(1, 1, 1, -1), tokens: fc.nat(1_000) }) },
    { weight: 1, arbitrary: fc.constant<'crash'>('crash') },
  ),
  { maxLength: 40, size: 'max' },
);

type Tables = { readonly popularity: Table<PopularityKey, Asked>; readonly conversations: Table<ConversationKey, Conversation> };

const program = pipeline('asked', (app): Tables => {
  const metered = app.source('calls', log<Metered>(), { time: (one) => one.at, complete: outOfOrder(BOUND_MS), maxAhead: 'any' });
  return { popularity: popularity(metered), conversations: conversations(metered) };
});

function madeOf(all: readonly (Call | 'crash')[]): readonly (Metered | 'crash')[] {
  let newest = START + BOUND_MS;
  return all.map((one, i) => {
    if (one === 'crash') return one;
    newest += one.afterMs;
    const { sign, tokens } = one;
    return {
      id: requestId(`r-${i}`),
      at: epochMs(newest - one.behindMs),
      tenant: tenantId(one.who % 2 === 0 ? 'ada' : 'bob'),
      user: userId(USERS[one.who % 3] as string),
      key: null,
      model: modelId(MODELS[one.model] as string),
      priceId: null,
      units: { requests: sign, inputTokens: sign * tokens, cachedInputTokens: 0, outputTokens: sign * 2 * tokens },
    };
  });
}

const sumOf = (list: readonly Metered[]): Asked => ({
  requests: list.reduce((sum, { units }) => sum + units.requests, 0),
  inputTokens: list.reduce((sum, { units }) => sum + units.inputTokens, 0),
  outputTokens: list.reduce((sum, { units }) => sum + units.outputTokens, 0),
});

const groupsOf = (list: readonly Metered[], by: (one: Metered) => string): ReadonlyMap<string, Metered[]> => Map.groupBy(list, by);

/** Every hour that a call is in, of each tenant and model. */
function hoursOf(list: readonly Metered[]): readonly object[] {
  return [...groupsOf(list, ({ tenant, model }) => JSON.stringify([tenant, model]))].flatMap(([key, own]) => {
    const [tenant, model] = JSON.parse(key) as [string, string];
    const starts = new Set(own.flatMap(({ at }) => Array.from({ length: POPULAR_FOR_MS / POPULAR_EVERY_MS }, (_, i) => (Math.floor(at / POPULAR_EVERY_MS) - i) * POPULAR_EVERY_MS)));
    return [...starts].map((start) => ({ tenant, model, start, ...sumOf(own.filter(({ at }) => at >= start && at < start + POPULAR_FOR_MS)) }));
  });
}

function sessionsOf(list: readonly Metered[]): readonly object[] {
  return [...groupsOf(list.filter(({ user }) => user !== ''), ({ tenant, user }) => JSON.stringify([tenant, user]))].flatMap(([key, own]) => {
    const [tenant, user] = JSON.parse(key) as [string, string];
    const sessions: Metered[][] = [];
    for (const one of own.toSorted((a, b) => a.at - b.at)) {
      const last = sessions.at(-1);
      if (last === undefined || one.at >= (last.at(-1) as Metered).at + CONVERSATION_PAUSE_MS) sessions.push([one]);
      else last.push(one);
    }
    return sessions.map((calls) => {
      const models = [...groupsOf(calls, ({ model }) => model)].map(([model, [first]]) => ({ model, at: (first as Metered).at }));
      const asked = models.toSorted((a, b) => a.at - b.at || (a.model < b.model ? -1 : 1)).slice(0, 8);
      return { tenant, user, start: calls[0]?.at, ...sumOf(calls), lastAt: calls.at(-1)?.at, models: asked.map(({ model }) => model) };
    });
  });
}

const sorted = (rows: readonly object[]): readonly string[] => rows.map((row) => JSON.stringify(Object.entries(row).toSorted())).toSorted();

test('hours and conversations are what a plain recount comes to', () => {
  fc.assert(
    fc.property(manyCalls, (all) => {
      const made = madeOf(all);
      const driver = testDriver(program, { durable: true });
      for (const one of made) {
        if (one === 'crash') {
          driver.commit();
          driver.crash();
        } else driver.source('calls').send(one);
      }
      driver.commit();
      const list = made.filter((one) => one !== 'crash');
      const newest = Math.max(...list.map(({ at }) => at));
      // Old ones may be forgotten; those that are kept by their promise are there.
      const since = newest - minutes(120);
      const hours = driver.table('popularity').scan().map(({ key, window, value }) => ({ ...key, start: window?.start ?? 0, ...value }));
      expect(sorted(hours.filter(({ start }) => start >= since))).toEqual(sorted(hoursOf(list).filter((one) => (one as { start: number }).start >= since)));
      const sessions = driver.table('conversations').scan().map(({ key, window, value }) => ({ ...key, start: window?.start, ...value }));
      const kept = newest - minutes(60 * 23);
      expect(sorted(sessions.filter(({ lastAt }) => lastAt >= kept))).toEqual(sorted(sessionsOf(list).filter((one) => (one as { lastAt: number }).lastAt >= kept)));
    }),
    { numRuns: 100 },
  );
});
