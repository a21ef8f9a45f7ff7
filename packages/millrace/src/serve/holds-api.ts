import { jsonText } from '../connector/json-text.ts';
import type { PostRoute, Question } from '../port/http-get.ts';
import { HttpProblem } from '../port/http-problem.ts';
import { checkNames } from './question.ts';
import type { ServedDecision, ServedProgram } from './served.ts';
import { problemOf } from './tables-api.ts';

/** Decisions on holds over HTTP; none where the program does not take any there. */
export function holdRoutes({ resolve }: ServedProgram): readonly PostRoute[] {
  if (resolve === undefined) return [];
  const take = async ({ params, query }: Question, body: string): Promise<string> => {
    checkNames(query, []);
    const hold = Number(params['hold']);
    if (!/^[1-9]\d{0,15}$/.test(params['hold'] ?? '')) throw refused('the number of a hold', params['hold'] ?? '');
    const decision = decisionOf(body);
    try {
      await resolve(hold, decision);
    } catch (error) {
      if (error instanceof RangeError) throw refused('a decision that can be', error.message);
      throw problemOf(error);
    }
    return jsonText({ resolved: hold });
  };
  return [{ path: '/holds/:hold', take }];
}

const NAMES: ReadonlySet<string> = new Set(['choice', 'by', 'reason', 'at']);

function decisionOf(body: string): ServedDecision {
  let found: unknown;
  try {
    found = JSON.parse(body);
  } catch {
    throw refused('JSON', body === '' ? 'nothing' : body.slice(0, 100));
  }
  if (typeof found !== 'object' || found === null || Array.isArray(found)) throw refused('an object', body.slice(0, 100));
  const other = Object.keys(found).find((name) => !NAMES.has(name));
  if (other !== undefined) throw refused('choice, by, reason, and perhaps at', other);
  const { choice, by, reason, at } = found as Readonly<Record<string, unknown>>;
  for (const [name, value] of Object.entries({ choice, by, reason })) {
    if (typeof value !== 'string' || value.trim() === '') throw refused(`${name}: text`, JSON.stringify(value) ?? 'nothing');
  }
  if (at !== undefined && typeof at !== 'number') throw refused('at: ms since 1970', JSON.stringify(at));
  return { choice: choice as string, by: by as string, reason: reason as string, ...(at !== undefined && { at }) };
}

function refused(expected: string, got: string): HttpProblem {
  return new HttpProblem({ status: 400, code: 'BAD_DECISION', message: 'The decision cannot be taken.', expected, got, cure: 'Post { "choice", "by", "reason" } to /holds/NUMBER, as application/json.' });
}
