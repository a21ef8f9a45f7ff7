import type { FastifyPluginAsync } from 'fastify';
import type { Program, Row } from 'millrace';
import { POPULAR_EVERY_MS, POPULAR_FOR_MS, type Asked, type PopularityKey } from '../meter/popularity.ts';
import type { EpochMs } from '../domain/names.ts';
import type { Access } from './access.ts';
import { asOf, evidenceOf } from './as-of.ts';
import type { EmilyTables } from './program.ts';
import { plainNumber, questionOf } from './question.ts';
import { badParameter, refuse } from './refuse.ts';

export type PopularityOptions = { readonly program: Program<EmilyTables>; readonly access: Access; readonly clock: () => EpochMs };

const CONVERSATIONS_MAX = 1_000;
const nothing: Asked = { requests: 0, inputTokens: 0, outputTokens: 0 };

type Hour = Asked & { readonly finality: 'provisional' | 'final'; readonly evidence: readonly string[] };

/**
 * `GET /v1/popularity`: which models are asked for most in the hour up to the next five minutes, and how that was in the
 * hour before. `GET /v1/conversations`: who talks, and how much. A tenant is told its own.
 */
export const popularityRoutes = ({ program, access, clock }: PopularityOptions): FastifyPluginAsync => async (app) => {
  app.get('/v1/popularity', async (request, reply) => {
    const viewer = await access.reader(request, reply);
    if (viewer === undefined) return reply;
    const question = questionOf(request.query, ['tenant', 'at'], reply);
    if (question === undefined) return reply;
    const { tenant, at: asked = String(clock()) } = question;
    const at = plainNumber(asked);
    if (at === undefined) return refuse(reply, badParameter('at', 'whole ms since 1970 in plain digits', asked));
    const end = (Math.floor(at / POPULAR_EVERY_MS) + 1) * POPULAR_EVERY_MS;
    const [start, before] = [end - POPULAR_FOR_MS, end - 2 * POPULAR_FOR_MS];
    const known = asOf(program);
    const rows = await program.tables.popularity.scan(
      ({ key, window }: Row<PopularityKey, Asked>) => (window?.start === start || window?.start === before) && (viewer.of ?? key.tenant) === key.tenant && (tenant ?? key.tenant) === key.tenant,
    );
    const [now, former] = [byModel(rows, start), byModel(rows, before)];
    const data = [...new Set([...now.keys(), ...former.keys()])]
      .map((model) => ({ model, ...(now.get(model) ?? { ...nothing, finality: 'provisional' as const, evidence: [] }), before: former.get(model)?.requests ?? 0 }))
      .sort((a, b) => b.requests - a.requests || b.before - a.before || (a.model < b.model ? -1 : 1));
    return { window: { start, end }, data, asOf: known };
  });

  app.get('/v1/conversations', async (request, reply) => {
    const viewer = await access.reader(request, reply);
    if (viewer === undefined) return reply;
    const question = questionOf(request.query, ['tenant', 'user', 'limit'], reply);
    if (question === undefined) return reply;
    const { tenant, user, limit = '100' } = question;
    const most = plainNumber(limit) ?? 0;
    if (most < 1 || most > CONVERSATIONS_MAX) return refuse(reply, badParameter('limit', `a whole number from 1 to ${CONVERSATIONS_MAX}`, limit));
    const known = asOf(program);
    const rows = await program.tables.conversations.scan(
      ({ key }) => (viewer.of ?? key.tenant) === key.tenant && (tenant ?? key.tenant) === key.tenant && (user ?? key.user) === key.user,
    );
    const data = rows
      .map(({ key, window, value, finality, evidence }) => ({ ...key, startedAt: window?.start ?? 0, ...value, over: finality === 'final', finality, evidence: finality === 'final' ? evidence : [] }))
      .sort((a, b) => b.lastAt - a.lastAt || (a.user < b.user ? -1 : 1));
    return { data: data.slice(0, most), among: data.length, asOf: known };
  });
};

/** Of all tenants together, final where all of it is. */
function byModel(rows: readonly Row<PopularityKey, Asked>[], start: number): ReadonlyMap<string, Hour> {
  const sums = new Map<string, Hour>();
  for (const { key: { model }, window, value, finality, evidence } of rows) {
    if (window?.start !== start) continue;
    const sum = sums.get(model);
    const isFinal = finality === 'final' && sum?.finality !== 'provisional';
    sums.set(model, {
      requests: value.requests + (sum?.requests ?? 0),
      inputTokens: value.inputTokens + (sum?.inputTokens ?? 0),
      outputTokens: value.outputTokens + (sum?.outputTokens ?? 0),
      finality: isFinal ? 'final' : 'provisional',
      evidence: isFinal ? evidenceOf([{ evidence: (sum?.evidence ?? []) as never }, { evidence }]) : [],
    });
  }
  return sums;
}
