import { jsonText } from '../connector/json-text.ts';
import type { Row } from '../operator/row.ts';
import type { GetRoute, Question } from '../port/http-get.ts';
import { HttpProblem } from '../port/http-problem.ts';
import { keysOf } from './key-text.ts';
import { openapi } from './openapi.ts';
import { badQuery, checkNames, commitOf, limitOf, timeOf } from './question.ts';
import { type ServedProgram, type ServedTable, parameterNames } from './served.ts';
import { Snapshots } from './snapshots.ts';

/**
 * The tables of a program over HTTP, read only. Every answer, and all pages of one, is of one commit.
 */
export function tableRoutes(program: ServedProgram): readonly GetRoute[] {
  const snapshots = new Snapshots(() => program.now());
  const document = JSON.stringify(openapi(program));
  return [
    { path: '/openapi.json', answer: ({ query }) => (checkNames(query, []), document) },
    { path: '/health', answer: ({ query }) => (checkNames(query, []), running(() => health(program))) },
    { path: '/status', answer: ({ query }) => (checkNames(query, []), running(() => jsonText(program.status()))) },
    { path: '/holds', answer: ({ query }) => (checkNames(query, []), running(() => jsonText({ holds: program.holds() }))) },
    { path: '/missing', answer: ({ query }) => (checkNames(query, []), running(() => jsonText({ missing: program.missing() }))) },
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
    checkNames(query, ['at', 'asKnownAt', ...keyNames]);
    const at = timeOf(query, 'at');
    if (!table.hasWindows && !table.isVersioned && at !== undefined) throw badQuery('at', 'no time: the table has no windows, and is not versioned', query.get('at') ?? '');
    const commit = commitOf(query);
    if (table.hasWindows && at === undefined) throw badQuery('at', 'the event time that the window holds', 'nothing');
    const texts = keyNames.map((name) => {
      const text = query.get(name);
      if (text === null) throw badQuery(name, 'a part of the key', 'nothing');
      return text;
    });
    for (const parts of keysOf(texts)) {
      const found = program.get(table.name, keyOf(table, parts), at, commit);
      if (found !== undefined) return { commit: commit ?? program.commit(), row: found };
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

/** That it runs and takes what comes; else why not. */
function health(program: ServedProgram): string {
  const commit = program.commit();
  const reason = program.full();
  if (reason === undefined) return jsonText({ status: 'ok', commit });
  throw refused(503, 'STORE_FULL', 'The program takes nothing: its store is full.', 'a store with room', reason, 'Free space on its disk; it goes on by itself.', 5);
}

/** Whether a row's window, or its time where it has none, is at least partly within [from, to). */
function isWithin({ window, time }: Row<unknown, unknown>, from = 0, to = Number.POSITIVE_INFINITY): boolean {
  return window === undefined ? time >= from && time < to : window.end > from && window.start < to;
}

function notFound(code: string, message: string, expected: string, got: string): HttpProblem {
  return new HttpProblem({ status: 404, code, message, expected, got, cure: 'Look at /tables for what there is.' });
}

/** What the program refuses to say, as an answer. */
export function running(answer: () => string): string {
  try {
    return answer();
  } catch (error) {
    throw problemOf(error);
  }
}

/** Why the program refuses, as an answer; what is no refusal stays what it is. */
export function problemOf(error: unknown): unknown {
  const { code, message } = error as { code?: unknown; message: string };
  if (code === 'NOT_RUNNING') return refused(503, code, 'The program is not running.', 'a running program', message, 'Ask again once it runs.', 5);
  if (code === 'NO_HISTORY') return refused(400, code, 'The table keeps no history.', 'no asKnownAt', message, 'Ask for what is known now.');
  if (code === 'HISTORY_FORGOTTEN') return refused(410, code, 'So early a commit is forgotten.', 'a later commit', message, 'Ask for a later commit.');
  if (code === 'UNKNOWN_HOLD') return refused(404, code, 'There is no such hold, or no more.', 'the number of a hold of /holds', message, 'Look at /holds; somebody may have decided already.');
  if (code === 'UNKNOWN_TABLE') return refused(404, 'TABLE_NOT_FOUND', 'The program has no such table.', 'a table that has a name', message, 'Look at /tables for what there is.');
  if (code === 'CHOICE_NOT_OFFERED') return refused(409, code, 'The hold does not offer this choice.', 'one of its choices', message, 'Look at /holds for the choices.');
  return error;
}

export function refused(status: number, code: string, message: string, expected: string, got: string, cure: string, retryAfterSeconds?: number): HttpProblem {
  return new HttpProblem({ status, code, message, expected, got, cure, ...(retryAfterSeconds !== undefined && { retryAfterSeconds }) });
}
