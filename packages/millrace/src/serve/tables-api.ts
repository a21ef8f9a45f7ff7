import { jsonText } from '../connector/json-text.ts';
import type { Row } from '../operator/row.ts';
import type { GetRoute, Question } from '../port/http-get.ts';
import { HttpProblem } from '../port/http-problem.ts';
import { keysOf } from './key-text.ts';
import { openapi } from './openapi.ts';
import { badQuery, checkNames, limitOf, timeOf } from './question.ts';
import { type ServedProgram, type ServedTable, parameterNames } from './served.ts';
import { Snapshots } from './snapshots.ts';

/**
 * The tables of a program over HTTP, read only. Every answer, and all pages of one, is of one commit.
 */
export function tableRoutes(program: ServedProgram): readonly GetRoute[] {
  const snapshots = new Snapshots(() => program.now());
  const document = JSON.stringify(openapi(program));
  return [
    { path: '/openapi.json', answer: () => document },
    { path: '/status', answer: ({ query }) => (checkNames(query, []), running(() => jsonText(program.status()))) },
    { path: '/tables', answer: ({ query }) => (checkNames(query, []), jsonText({ pipeline: program.name, tables: program.tables })) },
    { path: '/tables/:table', answer: (question) => running(() => jsonText(rows(question))) },
    { path: '/tables/:table/row', answer: (question) => running(() => jsonText(row(question))) },
  ];

  function rows({ params, query }: Question): unknown {
    const table = tableOf(params);
    const keyNames = parameterNames(table);
    checkNames(query, ['limit', 'after', 'from', 'to', ...keyNames]);
    const limit = limitOf(query);
    const after = query.get('after');
    if (after !== null) return snapshots.next(after, limit);
    const from = timeOf(query, 'from');
    const to = timeOf(query, 'to');
    const found: Row<unknown, unknown>[] = [];
    for (const one of program.table(table.name).scan()) {
      if (isWithin(one, from, to) && keyNames.every((name) => isKey(one, name, query.get(name)))) found.push(one);
    }
    return snapshots.first(program.commit(), found, limit);
  }

  function row({ params, query }: Question): unknown {
    const table = tableOf(params);
    const keyNames = parameterNames(table);
    checkNames(query, ['at', ...keyNames]);
    const at = timeOf(query, 'at');
    if (table.hasWindows && at === undefined) throw badQuery('at', 'the event time that the window holds', 'nothing');
    const texts = keyNames.map((name) => {
      const text = query.get(name);
      if (text === null) throw badQuery(name, 'a part of the key', 'nothing');
      return text;
    });
    for (const parts of keysOf(texts)) {
      const found = program.table(table.name).get(keyOf(table, parts), at);
      if (found !== undefined) return { commit: program.commit(), row: found };
    }
    throw notFound('ROW_NOT_FOUND', 'There is no row of this key.', 'a key that the table has', texts.join(', '));
  }

  function tableOf({ table: name = '' }: Question['params']): ServedTable {
    const table = program.tables.find((one) => one.name === name);
    if (table !== undefined) return table;
    const names = program.tables.map((one) => one.name).join(', ');
    throw notFound('TABLE_NOT_FOUND', 'The program returns no such table.', names === '' ? 'a program that returns tables' : `one of ${names}`, name);
  }
}

function keyOf({ keyNames }: ServedTable, parts: readonly unknown[]): unknown {
  return keyNames === undefined ? parts[0] : Object.fromEntries(keyNames.map((name, i) => [name, parts[i]]));
}

function isKey({ key }: Row<unknown, unknown>, parameter: string, text: string | null): boolean {
  if (text === null) return true;
  const part = parameter === 'key' ? key : (key as Record<string, unknown>)[parameter.slice('key.'.length)];
  return String(part) === text || JSON.stringify(typeof part === 'bigint' ? part.toString() : part) === text;
}

/** Whether a row's window, or its time where it has none, is at least partly within [from, to). */
function isWithin({ window, time }: Row<unknown, unknown>, from = 0, to = Number.POSITIVE_INFINITY): boolean {
  return window === undefined ? time >= from && time < to : window.end > from && window.start < to;
}

function notFound(code: string, message: string, expected: string, got: string): HttpProblem {
  return new HttpProblem({ status: 404, code, message, expected, got, cure: 'Look at /tables for what there is.' });
}

/** Between two runs of a program there is nobody to ask. */
function running(answer: () => string): string {
  try {
    return answer();
  } catch (error) {
    if ((error as { code?: unknown }).code !== 'NOT_RUNNING') throw error;
    const { message } = error as Error;
    throw new HttpProblem({
      status: 503,
      code: 'NOT_RUNNING',
      message: 'The program is not running.',
      expected: 'a running program',
      got: message,
      cure: 'Ask again once it runs.',
      retryAfterSeconds: 5,
    });
  }
}
