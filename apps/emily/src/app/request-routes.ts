import type { FastifyPluginAsync } from 'fastify';
import type { Program } from 'millrace';
import type { Currency } from '../domain/money.ts';
import { excerpt, type Problem } from '../gateway/problem.ts';
import type { Access } from './access.ts';
import { asOf } from './as-of.ts';
import type { EmilyTables } from './program.ts';
import { plainNumber, questionOf } from './question.ts';
import { badParameter, refuse } from './refuse.ts';
import type { RequestBook, RequestOutcome, RequestSummary } from './request-book.ts';
import { requestLineage } from './request-lineage.ts';
import { requestView } from './request-view.ts';

export type RequestOptions = {
  readonly program: Program<EmilyTables>;
  readonly access: Access;
  readonly book: RequestBook;
  readonly zone: string;
  readonly currency: Currency;
};

const REQUESTS_MAX = 1_000;
const parameters: readonly string[] = ['tenant', 'model', 'outcome', 'key', 'user', 'limit'];
const outcomes: readonly RequestOutcome[] = ['open', 'completed', 'cancelled', 'failed', 'lost', 'refused'];

const unknownRequest = (id: string): Problem => ({
  status: 404,
  code: 'unknown_request',
  message: `There is no request '${excerpt(id)}' in the usage log. A call that was refused before its key was known has none, and what was sent in has ids of its own.`,
  expected: 'the id of a request, as the header x-request-id of its answer has it',
  got: excerpt(id),
  cure: '`GET /v1/requests` lists the newest ones.',
});

/** For the house: `GET /v1/requests`, the newest requests. For who may see a tenant's numbers as well: `GET /v1/requests/ID`, what became of one of its. */
export const requestRoutes = ({ program, access, book, zone, currency }: RequestOptions): FastifyPluginAsync => async (app) => {
  app.get('/v1/requests', async (request, reply) => {
    if ((await access.who(request, reply, 'watch')) === undefined) return reply;
    const question = questionOf(request.query, parameters, reply);
    if (question === undefined) return reply;
    const { tenant, model, outcome, key, user, limit = '100' } = question;
    const most = plainNumber(limit) ?? 0;
    if (most < 1 || most > REQUESTS_MAX) return refuse(reply, badParameter('limit', `a whole number from 1 to ${REQUESTS_MAX}`, limit));
    if (outcome !== undefined && !(outcomes as readonly string[]).includes(outcome)) return refuse(reply, badParameter('outcome', `one of ${outcomes.join(', ')}`, outcome));
    const isAsked = (one: RequestSummary): boolean =>
      (tenant ?? one.tenant) === one.tenant && (model ?? one.model) === one.model && (outcome ?? one.outcome) === one.outcome && (key ?? one.key) === one.key && (user ?? one.user) === one.user;
    const data = await book.newest(most, isAsked);
    return { data: data.map((one) => requestView(one, currency)), among: book.size, asOf: asOf(program) };
  });

  app.get<{ Params: { id: string } }>('/v1/requests/:id', async (request, reply) => {
    const reader = await access.reader(request, reply);
    if (reader === undefined) return reply;
    if (questionOf(request.query, [], reply) === undefined) return reply;
    const { id } = request.params;
    const facts = reader.of === undefined ? await book.find(id) : await book.findRecent(id, reader.of);
    const lineage = await requestLineage(program, facts, { zone, currency });
    return lineage === undefined ? refuse(reply, unknownRequest(id)) : { ...lineage, asOf: asOf(program) };
  });
};
