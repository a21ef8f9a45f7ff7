import { type Marble, type MarbleLines, type MarbleOptions, type MarbleRun, type MarbleStreams, marbles } from 'millrace/testing';
import type { Change, EvidenceName, Table } from 'millrace';

/** What a block of a page gives to `marbles`. */
export interface Drawn {
  readonly write: Write;
  readonly lines: MarbleLines;
  readonly options: MarbleOptions;
}

/** Makes a stream or a table of the lines; of what, a picture does not care. */
export type Write = (streams: MarbleStreams<MarbleLines>) => object;

/** An event of a line, and what became of it. */
export interface Told {
  readonly line: string;
  readonly column: number;
  readonly letter: string;
  readonly time: number;
  readonly fate: 'taken' | 'late' | 'bad';
}

/** A line's frontier moved to `value`, in this column. */
export interface Step {
  readonly line: string;
  readonly column: number;
  readonly value: number;
  readonly evidence: readonly EvidenceName[];
}

/** Something left, in this column: a change of a table, or an event of a stream. */
export interface Left {
  readonly column: number;
  readonly what: { readonly kind: 'change'; readonly change: Change<unknown, unknown> } | { readonly kind: 'event'; readonly value: unknown };
}

/** Who came, how far the frontier was, and what left: everything a picture shows, column by column. */
export interface Story {
  readonly lines: readonly string[];
  readonly columns: number;
  readonly events: readonly Told[];
  readonly ends: readonly { readonly line: string; readonly column: number }[];
  readonly steps: readonly Step[];
  readonly left: readonly Left[];
  readonly late: readonly { readonly column: number; readonly value: unknown }[];
  /** 'c': the store commits after this column; 'x': the process dies, and recovers. */
  readonly store: readonly { readonly column: number; readonly mark: 'c' | 'x' }[];
}

type Run = MarbleRun<unknown, Change<unknown, unknown>>;

/**
 * Runs the marbles once for every column, cut off behind it: what is there then and was not there before
 * belongs to that column. So a picture shows nothing but what the engine did.
 */
export function storyOf(drawn: Drawn): Story {
  const { lines, options } = drawn;
  const { store = '' } = options;
  const names = Object.keys(lines);
  const marks = names.flatMap((line) => marksOf(line, lines[line] ?? ''));
  const columns = Math.max(store.length, ...marks.map(({ column }) => column + 1));
  const told: Told[] = [];
  const steps: Step[] = [];
  const left: Left[] = [];
  const late: { column: number; value: unknown }[] = [];
  for (let column = 0; column < columns; column += 1) {
    const { run, isTable } = runUpTo(drawn, column);
    const events = marks.filter((mark) => mark.kind === 'event' && mark.column === column);
    const nowLate = run.late().slice(late.length);
    const bad = run.bad();
    for (const { line, letter, time, offset } of events) {
      const isLate = nowLate.some((value) => isMarble(value) && value.letter === letter && value.time === time) || (events.length === 1 && nowLate.length > 0);
      const isBad = bad.some((record) => record.source === line && record.offset === offset);
      told.push({ line, column, letter, time, fate: isBad ? 'bad' : isLate ? 'late' : 'taken' });
    }
    late.push(...nowLate.map((value) => ({ column, value })));
    for (const line of names) steps.push(...stepsOf(line, column, run, steps));
    // With a store nothing leaves before the commit that covers it.
    if (options.store !== undefined && store[column] !== 'c') continue;
    left.push(...leftIn(column, run, isTable, left.length));
  }
  if (options.store !== undefined) {
    const { run, isTable } = runUpTo(drawn, columns);
    left.push(...leftIn(columns, run, isTable, left.length));
  }
  return {
    lines: names,
    columns,
    events: told,
    ends: marks.filter(({ kind }) => kind === 'end').map(({ line, column }) => ({ line, column })),
    steps,
    left,
    late,
    store: [...store].flatMap((mark, column) => (mark === 'c' || mark === 'x' ? [{ column, mark }] : [])),
  };
}

function runUpTo({ write, lines, options }: Drawn, column: number): { readonly run: Run; readonly isTable: boolean } {
  let isTable = false;
  const cut = Object.fromEntries(Object.entries(lines).map(([name, line]) => [name, marksOf(name, line).filter((mark) => mark.column <= column).reduce(written, '')]));
  const { store } = options;
  const run = marbles(
    (streams) => {
      const made = write(streams);
      isTable = 'final' in made;
      return made as Table<unknown, unknown, unknown>;
    },
    cut,
    { ...options, ...(store === undefined ? {} : { store: store.slice(0, column + 1) }) },
  );
  return { run: run as Run, isTable };
}

function stepsOf(line: string, column: number, run: Run, before: readonly Step[]): readonly Step[] {
  const stands = run.status().sources[line]?.[0];
  const stood = before.findLast((step) => step.line === line)?.value ?? -1;
  return stands === undefined || stands.frontier <= stood ? [] : [{ line, column, value: stands.frontier, evidence: stands.evidence }];
}

function leftIn(column: number, run: Run, isTable: boolean, before: number): readonly Left[] {
  if (isTable) return run.changes().slice(before).map((change) => ({ column, what: { kind: 'change', change } }));
  return run.rows().slice(before).map((value) => ({ column, what: { kind: 'event', value } }));
}

interface Mark {
  readonly line: string;
  readonly kind: 'event' | 'end';
  readonly column: number;
  readonly text: string;
  readonly letter: string;
  readonly time: number;
  /** Which of the line's events it is, from 0. */
  readonly offset: number;
}

/** The marks of a line; `marbles` has read it too, so it is well written. */
function marksOf(line: string, text: string): readonly Mark[] {
  let offset = -1;
  return [...text.matchAll(/([a-zA-Z|])(\d*)/g)].map(({ 0: all, 1: letter = '', 2: digits = '', index: column }) => {
    const kind = letter === '|' ? 'end' : 'event';
    if (kind === 'event') offset += 1;
    return { line, kind, column, text: all, letter, time: digits === '' ? column : Number(digits), offset };
  });
}

const written = (line: string, { column, text }: Mark): string => line.padEnd(column, '-') + text;

export function isMarble(value: unknown): value is Marble {
  return typeof value === 'object' && value !== null && 'letter' in value && 'time' in value;
}
