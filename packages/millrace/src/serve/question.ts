import { HttpProblem } from '../port/http-problem.ts';

const ROWS_USUAL = 100;
const ROWS_MAX = 1_000;

/** A part of a query that is not what it should be. */
export function badQuery(name: string, expected: string, got: string): HttpProblem {
  return new HttpProblem({
    status: 400,
    code: 'BAD_QUERY',
    message: `The parameter ${name} is not what it should be.`,
    expected,
    got,
    cure: 'Look at /openapi.json for the parameters of this path.',
  });
}

/** An event time in ms since the Unix epoch; undefined where it is not asked for. */
export function timeOf(query: URLSearchParams, name: string): number | undefined {
  const text = query.get(name);
  if (text === null) return undefined;
  const time = /^\d{1,16}$/.test(text) ? Number(text) : Date.parse(text);
  if (!Number.isSafeInteger(time) || time < 0) throw badQuery(name, 'ms since the Unix epoch, or a time such as 2026-11-01T00:00:00Z', text);
  return time;
}

/** The number of an earlier commit; undefined where the last one is asked for. */
export function commitOf(query: URLSearchParams): number | undefined {
  const text = query.get('asKnownAt');
  if (text === null) return undefined;
  if (!/^\d{1,15}$/.test(text)) throw badQuery('asKnownAt', 'the number of a commit', text);
  return Number(text);
}

/** How many at most, by a parameter of this name. */
export function limitOf(query: URLSearchParams, name = 'limit'): number {
  const text = query.get(name);
  if (text === null) return ROWS_USUAL;
  const limit = /^\d{1,9}$/.test(text) ? Number(text) : 0;
  if (limit < 1 || limit > ROWS_MAX) throw badQuery(name, `a whole number from 1 to ${ROWS_MAX}`, text);
  return limit;
}

/** Refuses what nobody would look at: a misspelt filter must not answer with everything. */
export function checkNames(query: URLSearchParams, known: readonly string[]): void {
  for (const name of query.keys()) if (!known.includes(name)) throw badQuery(name, `one of ${known.join(', ')}`, name);
}
