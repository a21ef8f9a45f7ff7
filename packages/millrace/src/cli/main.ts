#!/usr/bin/env node
import { parseArgs } from 'node:util';
import { type Answer, ask, tell } from './ask.ts';
import { readThrough } from '../port/read-through.ts';
import { STORE_COMMANDS, complaint, jsonLine, storeCommand } from './store.ts';
import { holdsText, missingText } from './text.ts';
import type { Until } from '../upkeep/rewound.ts';

/*
 * What waits for a person in a running program, and how to decide on it, from a shell: over HTTP, with
 * `program.serve({ port, resolve: true })`. And what can be done with the folder of a store, whether or not a
 * program runs.
 *
 *   0  done    1  the program refused, or was not there; something is wrong with the store    2  the command makes no sense
 */

const USAGE = `millrace: what waits for a person in a running program

  millrace holds    [--url URL] [--json]      what stands still, why, since when, and what can be chosen
  millrace missing  [--url URL] [--json]      who is missing what
  millrace resolve ID --choice C --by NAME --reason TEXT [--at MS] [--url URL]

URL is where the program serves: MILLRACE_URL, or http://127.0.0.1:7411. To resolve, it serves with { resolve: true }.

and the folder that a program keeps its store in

  millrace inspect PATH         [--json]      what is in it; while the program runs too
  millrace fsck    PATH         [--json]      what is wrong with it, read to the last byte; while the program runs too
  millrace backup  PATH TO      [--json]      a copy as of one commit; while the program runs too
  millrace restore FROM PATH    [--json]      a backup, checked, to where nothing is yet
  millrace replay  PATH TO --until WHEN [--json]
                                              the store as of an earlier commit, by its number or by a time such as
                                              2026-11-23T10:00:00Z; of a program started with { rewind }
  millrace compact PATH         [--json]      gives back to the disk what is free in it; not while the program runs
`;

/** Not for people: what `fsck` starts to read a store in a process that may not survive it. */
const READ_THROUGH = 'read-through';

const DEFAULT_URL = 'http://127.0.0.1:7411';
const [DONE, REFUSED, MISUSED] = [0, 1, 2] as const;

class Misuse extends Error {}

async function main(args: readonly string[]): Promise<number> {
  const { values, positionals } = read(args);
  const [command, ...rest] = positionals;
  if (values.help === true || command === undefined) {
    process.stdout.write(USAGE);
    return values.help === true ? DONE : MISUSED;
  }
  if (command === READ_THROUGH && rest[0] !== undefined) {
    readThrough(rest[0]);
    return DONE;
  }
  const takes = STORE_COMMANDS[command];
  if (takes !== undefined) {
    if (rest.length !== takes.length || rest.some((path) => path.trim() === '')) throw new Misuse(`${command} takes ${takes.join(' ')}, found '${rest.join(' ')}'`);
    const other = Object.keys(values).find((name) => name !== 'json' && !(name === 'until' && command === 'replay'));
    if (other !== undefined) throw new Misuse(`${command} takes no --${other}`);
    const until = command === 'replay' ? untilOf(values.until) : undefined;
    const outcome = await storeCommand(command, rest, [...(process.argv[1] === undefined ? [] : [process.argv[1]]), READ_THROUGH], until);
    process.stdout.write(values.json === true ? jsonLine(command, outcome) : outcome.text);
    if (outcome.findings.length > 0 && values.json !== true) process.stderr.write(complaint(outcome.findings));
    return outcome.findings.length > 0 ? REFUSED : DONE;
  }
  const url = values.url ?? process.env['MILLRACE_URL'] ?? DEFAULT_URL;
  if (!URL.canParse(url)) throw new Misuse(`--url ${url} is no URL; expected something like ${DEFAULT_URL}`);
  if (command === 'holds' || command === 'missing') {
    if (rest.length > 0) throw new Misuse(`'${command}' takes no '${rest[0]}'`);
    const answer = await ask(url, `/${command}`);
    return show(answer, (found) => (values.json === true ? `${JSON.stringify(found[command])}\n` : command === 'holds' ? holdsText(found[command]) : missingText(found[command])));
  }
  if (command !== 'resolve') throw new Misuse(`there is no command '${command}'; expected holds, missing, resolve, ${Object.keys(STORE_COMMANDS).join(', ')}`);
  const [id, ...more] = rest;
  if (id === undefined || more.length > 0 || !/^[1-9]\d{0,15}$/.test(id)) throw new Misuse(`resolve takes the number of one hold, found '${rest.join(' ')}'`);
  const { choice, by, reason, at } = values;
  for (const [name, value] of Object.entries({ choice, by, reason })) if (value === undefined || value.trim() === '') throw new Misuse(`resolve needs --${name}`);
  if (at !== undefined && !/^\d{1,16}$/.test(at)) throw new Misuse(`--at ${at}: expected ms since 1970`);
  const answer = await tell(url, `/holds/${id}`, { choice, by, reason, ...(at !== undefined && { at: Number(at) }) });
  return show(answer, () => `hold ${id} is resolved: ${choice}\n`);
}

function read(args: readonly string[]) {
  const text = { type: 'string' } as const;
  try {
    return parseArgs({ args: [...args], allowPositionals: true, options: { url: text, choice: text, by: text, reason: text, at: text, until: text, json: { type: 'boolean' }, help: { type: 'boolean', short: 'h' } } });
  } catch (error) {
    throw new Misuse((error as Error).message);
  }
}

/** A commit by its number, or a time as RFC 3339 has it. */
function untilOf(text: string | undefined): Until {
  if (text !== undefined && /^[1-9]\d{0,15}$/.test(text)) return { commit: Number(text) };
  const at = text !== undefined && /^\d{4}-\d\d-\d\dT\d\d:\d\d(:\d\d(\.\d+)?)?(Z|[+-]\d\d:\d\d)$/i.test(text) ? Date.parse(text) : Number.NaN;
  if (Number.isNaN(at)) throw new Misuse(`replay needs --until with the number of a commit or a time such as 2026-11-23T10:00:00Z, found '${text ?? 'nothing'}'`);
  return { at };
}

function show(answer: Answer, text: (found: Readonly<Record<string, unknown>>) => string): number {
  if (answer.problem === undefined) {
    process.stdout.write(text(answer.found));
    return DONE;
  }
  const { message, expected, got, cure } = answer.problem;
  process.stderr.write(`millrace: ${message} Expected ${expected}; got ${got}. ${cure}\n`);
  return REFUSED;
}

main(process.argv.slice(2)).then(
  (code) => {
    process.exitCode = code;
  },
  (error: unknown) => {
    if (!(error instanceof Misuse)) throw error;
    process.stderr.write(`millrace: ${error.message}. See millrace --help\n`);
    process.exitCode = MISUSED;
  },
);
