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

/** A day, or a time of it with its distance from UTC. */
const ISO_TIME = /^(\d{4}-\d{2}-\d{2})(T\d{2}:\d{2}(:\d{2}(\.\d{1,3})?)?(Z|[+-]\d{2}:\d{2}))?$/;

/** NaN for what is no time; of dates that there are not, too, such as 30 February. */
function isoTime(text: string): number {
  const day = ISO_TIME.exec(text)?.[1];
  if (day === undefined) return Number.NaN;
  const start = Date.parse(day);
  return Number.isNaN(start) || new Date(start).toISOString().slice(0, day.length) !== day ? Number.NaN : Date.parse(text);
}

/** An event time in ms since the Unix epoch; undefined where it is not asked for. */
export function timeOf(query: URLSearchParams, name: string): number | undefined {
  const text = query.get(name);
  if (text === null) return undefined;
  const time = /^\d{1,16}$/.test(text) ? Number(text) : isoTime(text);
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

/** Refuses what nobody would look at: a misspelt filter must not answer with everything, nor one of two with half. */
export function checkNames(query: URLSearchParams, known: readonly string[]): void {
  for (const name of query.keys()) {
    if (!known.includes(name)) throw badQuery(name, known.length === 0 ? 'no parameters' : `one of ${known.join(', ')}`, name);
    const values = query.getAll(name);
    if (values.length > 1) throw badQuery(name, 'the parameter once', values.join(' and '));
  }
}
