import type { Change, Finality, Row } from '../operator/row.ts';
import { pipeline } from '../stream/pipeline.ts';
import type { Program, Tables } from '../stream/program.ts';
import type { Stream } from '../stream/stream.ts';
import type { Status } from '../stream/status.ts';
import { Table } from '../stream/table.ts';
import type { BadRecord } from '../task/bad-record.ts';
import { outOfOrder } from '../time/completeness.ts';
import { type TestDriver, testDriver } from './driver.ts';
import { type Mark, marksOf } from './marble-line.ts';

/** An event of a marble line. */
export interface Marble {
  readonly letter: string;
  /** When it happened: the number written behind it, else its column. */
  readonly time: number;
}

export interface MarbleOptions {
  /** How far behind the newest event of its line an event may be, in columns; that is where frontiers stand. Default 0. */
  readonly bound?: number;
  /**
   * Makes the run durable, and says in which columns the store commits (`c`) or the process dies (`x`)
   * and recovers, each after the events of that column: `'---c--x'`. It commits once more at the end.
   */
  readonly store?: string;
}

export interface MarbleRun<Out, Changed = never> {
  /** What came out: the events of a stream, or the final rows of a table. */
  rows(): readonly Out[];
  /** Everything a table said, in order. */
  changes(): readonly Changed[];
  /** What a table or a dedupe did not take because it came too late. */
  late(): readonly Marble[];
  bad(): readonly BadRecord[];
  status(): Status;
}

/** What comes, drawn, by the name of its line. */
export type MarbleLines = Readonly<Record<string, string>>;

/** One stream a line. */
export type MarbleStreams<Lines> = { readonly [Name in keyof Lines]: Stream<Marble> };

/**
 * Runs a few steps on events that are drawn: one column a unit of time, here 1 ms.
 *
 * ```ts
 * const run = marbles(({ line }) => line.keyBy((e) => e.letter).window(tumbling(5)).count(), {
 *   line: 'a-b-a-a2-|',
 * });
 * ```
 *
 * A letter is an event that happens in its column. A letter with a number happened at that time, and
 * comes now: `a2`; each digit takes a column. `|` ends the line, `-` is a column in which nothing
 * comes. Of several lines the same column is read from the first line to the last.
 */
export function marbles<Lines extends MarbleLines, Out>(
  write: (streams: MarbleStreams<Lines>) => Stream<Out, Finality>,
  lines: Lines,
  options?: MarbleOptions,
): MarbleRun<Out>;
export function marbles<Lines extends MarbleLines, K, V, T>(
  write: (streams: MarbleStreams<Lines>) => Table<K, V, T>,
  lines: Lines,
  options?: MarbleOptions,
): MarbleRun<Row<K, V>, Change<K, V>>;
export function marbles(write: Write, lines: MarbleLines, { bound = 0, store }: MarbleOptions = {}): MarbleRun<unknown, unknown> {
  const program = programOf(Object.keys(lines), bound, write);
  const driver = testDriver(program, { durable: store !== undefined });
  draw(driver, Object.entries(lines).map(([name, line]) => [name, marksOf(line)]), store ?? '');
  if (store !== undefined) driver.commit();
  return {
    rows: () => driver.sink('rows').rows(),
    changes: () => driver.sink('changes').rows(),
    late: () => driver.sink('late').rows() as readonly Marble[],
    bad: () => driver.bad(),
    status: () => driver.status(),
  };
}

type Write = (streams: MarbleStreams<MarbleLines>) => Stream<unknown, Finality> | Table<unknown, unknown, unknown>;

function programOf(names: readonly string[], bound: number, write: Write): Program {
  return pipeline('marbles', (app) => {
    const source = (name: string): Stream<Marble> =>
      app.source(name, { text: 'marbles', partitions: 1, open: drawn }, { time: ({ time }) => time, complete: outOfOrder(bound) });
    const sink = <T>(name: string) => app.sink<T>(name, { text: 'marbles', open: drawn });
    const written = write(Object.fromEntries(names.map((name) => [name, source(name)])));
    if (written instanceof Table) {
      written.final().to(sink<Row<unknown, unknown>>('rows'));
      written.changes().to(sink('changes'));
    } else written.to(sink('rows'));
    if ('late' in written) (written.late as Stream<unknown>).to(sink('late'));
  });
}

const drawn = (): Promise<never> => Promise.reject(new Error('marbles are drawn, not opened'));

function draw(driver: TestDriver<Tables>, lines: readonly (readonly [name: string, marks: readonly Mark[]])[], store: string): void {
  const columns = Math.max(store.length, ...lines.flatMap(([, marks]) => marks.map(({ column }) => column + 1)));
  for (let column = 0; column < columns; column += 1) {
    for (const [name, marks] of lines) {
      for (const mark of marks.filter((one) => one.column === column)) {
        if (mark.kind === 'end') driver.source(name).end();
        else driver.source(name).send({ letter: mark.letter, time: mark.time });
      }
    }
    if (store[column] === 'c') driver.commit();
    if (store[column] === 'x') driver.crash();
  }
}
