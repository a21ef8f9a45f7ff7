import { jsonText } from '../connector/json-text.ts';
import type { GetRoute, Question } from '../port/http-get.ts';
import { changelogProblem } from './changelogs-api.ts';
import { badQuery, checkNames, limitOf, timeOf } from './question.ts';
import type { ServedProgram } from './served.ts';
import { running } from './tables-api.ts';

/** What is behind a table, what corrections reached, and what subscribers have not acknowledged; read only. */
export function downstreamRoutes(program: ServedProgram): readonly GetRoute[] {
  return [
    { path: '/tables/:table/dependents', answer: ({ params, query }) => (checkNames(query, []), running(() => jsonText({ dependents: program.dependents(params['table'] ?? '') }))) },
    { path: '/corrections', answer: ({ query }) => running(() => jsonText({ corrections: corrections(query) })) },
    { path: '/changelogs', answer: ({ query }) => (checkNames(query, []), running(() => jsonText({ changelogs: program.changelogs() }))) },
    { path: '/changelogs/:changelog', answer: (question) => running(() => jsonText(changes(question))) },
  ];

  function corrections(query: URLSearchParams): readonly unknown[] {
    checkNames(query, ['table', 'from', 'since', 'max']);
    const table = query.get('table');
    const from = query.get('from');
    if (from !== null && !/^\d{1,15}$/.test(from)) throw badQuery('from', 'the number of a correction', from);
    const since = timeOf(query, 'since');
    const max = limitOf(query, 'max');
    return program.corrections({ ...(table !== null && { table }), ...(from !== null && { from: Number(from) }), ...(since !== undefined && { since }), max });
  }

  function changes({ params: { changelog = '' }, query }: Question): unknown {
    checkNames(query, ['subscriber', 'max']);
    const subscriber = query.get('subscriber');
    if (subscriber === null) throw badQuery('subscriber', 'the name of a subscriber', 'nothing');
    const max = limitOf(query, 'max');
    try {
      return { changelog, subscriber, ...program.read(changelog, subscriber, max) };
    } catch (error) {
      throw changelogProblem(error);
    }
  }
}
