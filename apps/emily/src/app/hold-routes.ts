import type { FastifyPluginAsync } from 'fastify';
import { MillraceError, type Program } from 'millrace';
import { excerpt, type Problem } from '../gateway/problem.ts';
import type { Access } from './access.ts';
import { asOf } from './as-of.ts';
import type { HoldDesk } from './hold-desk.ts';
import { jsonOf } from './json-body.ts';
import type { EmilyTables } from './program.ts';
import { questionOf } from './question.ts';
import { badParameter, refuse } from './refuse.ts';

export type HoldOptions = { readonly program: Program<EmilyTables>; readonly access: Access; readonly holds: HoldDesk };

const BODY_BYTES_MAX = 8 * 1_024;
/** Of the name of who decides, and of why, in characters. */
const NAME_LENGTH_MAX = 100;
const REASON_LENGTH_MAX = 500;

const members: readonly string[] = ['choice', 'by', 'reason'];

/**
 * For the operator: `GET /v1/holds`, what waits for a person and what was decided last, and
 * `POST /v1/holds/ID` with `{ choice, by, reason }`, a decision. The answer comes when it is durable and
 * carried out.
 */
export const holdRoutes = ({ program, access, holds }: HoldOptions): FastifyPluginAsync => async (app) => {
  app.removeAllContentTypeParsers();
  app.addContentTypeParser('application/json', { parseAs: 'buffer' }, (_request, body, done) => done(null, body));

  app.get('/v1/holds', async (request, reply) => {
    if (!(await access.onlyOperator(request, reply))) return reply;
    if (questionOf(request.query, [], reply) === undefined) return reply;
    return { data: holds.open(), decided: holds.decided(), asOf: asOf(program) };
  });

  app.post<{ Params: { id: string }; Body: unknown }>('/v1/holds/:id', { bodyLimit: BODY_BYTES_MAX }, async (request, reply) => {
    const credential = await access.operatorBy(request, reply);
    if (credential === undefined) return reply;
    const { id } = request.params;
    if (!/^[1-9]\d{0,14}$/.test(id)) return refuse(reply, { ...badParameter('The number of a hold', 'a whole number from 1 on', id), cure: 'Take it from `GET /v1/holds`.', param: 'id' });
    const read = jsonOf(request.body, { members });
    const decision = 'flaw' in read ? `The body ${read.flaw}.` : decisionOf(read.value);
    if (typeof decision === 'string') return refuse(reply, badDecision(decision));
    try {
      const decided = await holds.decide(Number(id), { ...decision, credential });
      return decided ?? refuse(reply, unknownHold(id));
    } catch (error) {
      if (!(error instanceof MillraceError) || error.code !== 'CHOICE_NOT_OFFERED') throw error;
      return refuse(reply, { status: 400, code: 'choice_not_offered', message: `${error.message}.`, expected: 'one of the choices of the hold', got: excerpt(decision.choice), cure: 'Take a choice that `GET /v1/holds` lists with the hold.' });
    }
  });
};

const badDecision = (flaw: string): Problem => ({
  status: 400,
  code: 'invalid_decision',
  message: flaw,
  expected: 'the JSON of an object with choice, by and reason',
  got: 'something else',
  cure: 'Send { "choice", "by", "reason" } as application/json.',
});

const unknownHold = (id: string): Problem => ({
  status: 404,
  code: 'unknown_hold',
  message: `There is no hold ${id}, or no more: somebody may have decided already, or a silent gateway may have been heard. \`GET /v1/holds\` lists those there are.`,
  expected: 'the number of a hold',
  got: id,
  cure: '`GET /v1/holds` lists those there are.',
});

type Decision = { readonly choice: string; readonly by: string; readonly reason: string };

/** A decision, or what is wrong with it. */
function decisionOf(body: unknown): Decision | string {
  if (typeof body !== 'object' || body === null || Array.isArray(body)) return 'Send { "choice", "by", "reason" } as application/json.';
  const other = Object.keys(body).find((name) => !members.includes(name));
  if (other !== undefined) return `There is no member '${other}'; there are ${members.join(', ')}.`;
  const { choice, by, reason } = body as Readonly<Record<string, unknown>>;
  if (typeof choice !== 'string') return 'choice must be one of those that the hold offers.';
  if (!isText(by, NAME_LENGTH_MAX)) return `by must be the name of who decides, 1 to ${NAME_LENGTH_MAX} characters in one line.`;
  if (!isText(reason, REASON_LENGTH_MAX)) return `reason must say why, in 1 to ${REASON_LENGTH_MAX} characters in one line.`;
  return { choice, by: by.trim(), reason: reason.trim() };
}

const isText = (value: unknown, lengthMax: number): value is string =>
  typeof value === 'string' && value.trim() !== '' && value.length <= lengthMax && !/\p{Cc}/u.test(value);
