import { checkFunction, checkMade, checkOptions, checkRecord, checkText, checkWord, refuse } from '../argument.ts';
import { callback } from '../connector/callback.ts';
import { print } from '../connector/print.ts';
import type { SinkSpec } from '../task/sink.ts';
import type { OnThrow } from '../task/feed-holds.ts';
import type { SourceSpec } from '../task/source.ts';
import type { Completeness, Sequences } from '../time/completeness.ts';
import type { StandardSchema } from '../task/standard-schema.ts';
import { type Duration, minutes } from '../time/duration.ts';
import type { Message } from '../time/producers/message.ts';
import { Builder } from './builder.ts';
import { type ChangelogOptions, changelogSpec } from './changelogs.ts';
import { Program, type Tables } from './program.ts';
import type { Sink, SinkOptions, Takes } from './sink.ts';
import { type EventOf, type SourceOptions, type Upcasts, type VersionTold, checkSource, faultsOf, intakeRules } from './source-options.ts';
import { SourceStream } from './stream.ts';
import { Table } from './table.ts';

/** How far ahead of its arrival an event may be, unless the source says otherwise. */
const MAX_AHEAD_MS: Duration = minutes(10);

/** What goes for a whole program, unless its parts say otherwise. */
export interface PipelineOptions {
  /** See SourceOptions.onThrow. */
  readonly onThrow?: OnThrow;
}

/** What a program is written with. */
export class App {
  readonly #builder: Builder;
  readonly #onThrow: OnThrow;

  constructor(builder: Builder, { onThrow = 'bad' }: PipelineOptions = {}) {
    this.#builder = builder;
    this.#onThrow = onThrow;
  }

  /** Events from outside, under a name that durable positions are bound to. */
  source<T, U extends Upcasts | undefined = undefined, S extends StandardSchema | undefined = undefined>(
    name: string,
    spec: SourceSpec<T>,
    options: SourceOptions<T, U, S> & VersionTold<T, U>,
  ): SourceStream<EventOf<T, U, S>>;
  /** Of numbered messages, the events: `time` is given the value of a message, and the stream is of values. */
  source<T, U extends Upcasts | undefined = undefined, S extends StandardSchema | undefined = undefined>(
    name: string,
    spec: SourceSpec<Message<T>>,
    options: SourceOptions<T, U, S, Sequences> & VersionTold<T, U>,
  ): SourceStream<EventOf<T, U, S>>;
  source<T, U extends Upcasts | undefined, S extends StandardSchema | undefined>(
    name: string,
    spec: SourceSpec<T> | SourceSpec<Message<T>>,
    options: SourceOptions<T, U, S, Completeness>,
  ): SourceStream<EventOf<T, U, S>> {
    checkSource(name, spec, options);
    const { maxAhead = MAX_AHEAD_MS, maxLead } = options;
    if (maxAhead !== 'any' && !(Number.isSafeInteger(maxAhead) && maxAhead >= 0)) {
      throw new RangeError(`maxAhead: ${maxAhead}: expected a non-negative whole number of ms, or 'any'`);
    }
    if (maxLead !== undefined && !(Number.isSafeInteger(maxLead) && maxLead >= 0)) throw new RangeError(`maxLead: ${maxLead}: expected a non-negative whole number of ms`);
    const node = this.#builder.add({
      kind: 'source',
      inputs: [],
      name,
      spec: spec as SourceSpec<unknown>,
      time: options.time as (event: unknown) => number,
      complete: options.complete,
      intake: intakeRules(name, options),
      maxAheadMs: maxAhead === 'any' ? Number.POSITIVE_INFINITY : maxAhead,
      maxLeadMs: maxLead ?? Number.POSITIVE_INFINITY,
      ...faultsOf(options, this.#onThrow),
    });
    return new SourceStream(this.#builder, { node, port: 'out' });
  }

  /**
   * A way out under a name that its deliveries are bound to; `takes` says what it can take, anything unless it says
   * otherwise. `onRefused` says what happens when it does not take its rows: the program fails, or, with a store,
   * delivery to it is held until a person decides. Default 'fail'. `retry` says for how long it is tried again before
   * that, with pauses that grow from 0.5 s to 60 s; a receiver that asks for it (`TryAgain`) is tried for ever without
   * it, any other once. With a store only.
   */
  sink<T, const Name extends string = string>(name: Name, spec: SinkSpec<T>, options?: SinkOptions): Sink<T, Name, 'revisable'>;
  sink<T, const Name extends string = string, const S extends Takes = 'revisable'>(name: Name, spec: SinkSpec<T>, options: SinkOptions & { readonly takes: S }): Sink<T, Name, S>;
  sink<T>(name: string, spec: SinkSpec<T>, options: SinkOptions & { readonly takes?: Takes } = {}): Sink<T> {
    checkText('sink(name)', name, 'a name, text that is not empty');
    checkMade('sink(name, spec)', spec, ['open'], "a sink, such as jsonLinesFile('results.jsonl')");
    checkOptions('sink(name, spec, options)', options, ['takes', 'onRefused', 'retry']);
    const { takes = 'revisable', onRefused = 'fail', retry } = options;
    checkWord('sink(name, spec, { takes })', takes, ['revisable', 'adjustable', 'irreversible']);
    checkWord('sink(name, spec, { onRefused })', onRefused, ['fail', 'hold']);
    if (retry !== undefined && !(Number.isSafeInteger(retry) && retry > 0)) refuse('sink(name, spec, { retry })', 'a positive whole number of ms', retry);
    return { name, spec, takes, onRefused, retryMs: retry };
  }

  /** Prints each row on a line of its own. */
  print<T>(name: string): Sink<T, string, 'revisable'> {
    return this.sink(name, print<T>(name));
  }

  /**
   * Calls a function with each row and its number, in order. With a store a row may come again after
   * a crash, under the same number.
   */
  callback<T>(name: string, call: (row: T, number: number) => void | Promise<void>, options: SinkOptions = {}): Sink<T, string, 'revisable'> {
    return this.sink(name, callback<T>(call), options);
  }

  /**
   * Publishes what it is given, such as the changes of a table, under a name: written in the commit that made it,
   * and kept for subscribers outside the program, who read it with `program.changelog(name)` or over HTTP, each at
   * its own pace, and acknowledge what they have dealt with. Positions count from 0 and have no gaps.
   */
  changelog<T, const Name extends string = string>(name: Name, options: ChangelogOptions): Sink<T, Name, 'revisable'> {
    checkText('changelog(name)', name, 'a name, text that is not empty');
    return { name, spec: changelogSpec(options), takes: 'revisable', onRefused: 'fail', retryMs: undefined };
  }
}

/** What can be asked is tables, by their names; a promise would hide what is still being written. */
function checkTables(returned: unknown): void {
  const expected = 'tables by their names, or nothing';
  checkRecord('what write returns', returned, expected);
  if (typeof returned['then'] === 'function') refuse('what write returns', expected, returned);
  for (const [name, table] of Object.entries(returned)) if (!(table instanceof Table)) refuse(`what write returns as '${name}'`, 'a table', table);
}

/**
 * A program: `write` says what happens to the events, and returns the tables that can be asked.
 *
 * Writing it does nothing yet; `run` or `start` do.
 */
export function pipeline<T extends Tables = Record<never, never>>(name: string, write: (app: App) => T | void, options: PipelineOptions = {}): Program<T> {
  checkText('pipeline(name, write)', name, 'a name, text that is not empty');
  checkFunction('pipeline(name, write)', write);
  checkOptions('pipeline(name, write, options)', options, ['onThrow']);
  const builder = new Builder(name);
  const tables: unknown = write(new App(builder, options)) ?? {};
  checkTables(tables);
  return new Program<T>(builder.plan(tables as Tables));
}
