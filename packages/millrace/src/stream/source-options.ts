import { checkFunction, checkGiven, checkMade, checkOptionalFunction, checkOptions, checkRecord, checkText, refuse } from '../argument.ts';
import type { OnBad, OnThrow } from '../task/feed-holds.ts';
import type { IntakeRules } from '../task/intake.ts';
import type { SchemaOutput, StandardSchema } from '../task/standard-schema.ts';
import type { Completeness, OutOfOrder } from '../time/completeness.ts';
import type { Duration } from '../time/duration.ts';

/** By version, from the oldest on, what turns an event of it into one of the next version. */
export type Upcasts = { readonly [version: number]: (event: never) => unknown };

/**
 * How a source tells the time of its events, and what it takes for one.
 *
 * T is what comes; what the stream is of is the newest version of it, or what the schema makes of that.
 */
export interface SourceOptions<
  T,
  U extends Upcasts | undefined = undefined,
  S extends StandardSchema | undefined = undefined,
  C extends Completeness = OutOfOrder,
> {
  /** When the event happened: whole ms since the Unix epoch, up to the end of the year 275759 but a day. Asked of the newest version. */
  readonly time: (event: EventOf<T, U, S>) => number;
  /** How the source knows that nothing older will come. */
  readonly complete: C;
  /** How far an event's time may be ahead of its arrival; what is further goes to `bad`. Default 10 minutes. */
  readonly maxAhead?: Duration | 'any';
  /**
   * How far its frontier may be in front of those of the program's other sources; beyond that it is not read until
   * they come, so that not all it has must be kept for a join with them. A source in which nothing happens keeps it
   * waiting too, until it is idle or has ended. Default: it does not wait.
   */
  readonly maxLead?: Duration;
  /**
   * Brings old versions up, step by step: `{ 1: (e: V1): V2 => …, 2: (e: V2): V3 => … }`. Without a gap;
   * the newest version is one more than the last that is named. An event of another version goes to
   * `bad`, as `unknown-version`.
   */
  readonly upcast?: U & Chained<U> & Covering<T, U>;
  /** Which version an event is. Default: its field `v`. */
  readonly version?: (event: T) => number;
  /**
   * What an event of the newest version has to be, in any library of https://standardschema.dev. It has
   * to answer at once. What it refuses goes to `bad`, as `invalid`; what it makes of the others goes on.
   */
  readonly schema?: S;
  /**
   * What becomes of an event on which a function of the program throws: it goes to `bad`, it waits in a hold
   * and the partition with it, or the program stops. Default: that of the program, which is 'bad'.
   */
  readonly onThrow?: OnThrow;
  /** Holds a partition when more than the share `holdAbove` of its last `ofLast` records was bad. Default: never. */
  readonly onBad?: OnBad;
}

/** Where events have versions and no field `v`, somebody has to say which they are. */
export type VersionTold<T, U> = U extends Upcasts
  ? [T] extends [{ readonly v: number }]
    ? unknown
    : { readonly version: (event: T) => number }
  : unknown;

/** What the stream of a source is of. */
export type EventOf<T, U, S> = S extends StandardSchema ? SchemaOutput<S> : U extends Upcasts ? Newest<U> : T;

/** The version after N, counted on a list. Types know versions below 500. */
type Next<N, Counted extends readonly unknown[] = []> = Counted['length'] extends N
  ? [...Counted, unknown]['length']
  : Counted['length'] extends 500
    ? never
    : Next<N, [...Counted, unknown]>;

type Taken<F> = F extends (event: infer Event) => unknown ? Event : never;

type Made<F> = F extends (event: never) => infer Event ? Event : never;

/** What the last upcaster makes. */
type Newest<U extends Upcasts> = { [V in keyof U]: Next<V> extends keyof U ? never : Made<U[V]> }[keyof U];

/** Each upcaster makes what the next one takes. */
type Chained<U> = { readonly [V in keyof U]: Next<V> extends keyof U ? (event: never) => Taken<U[Next<V>]> : unknown };

/** Whatever comes is of the newest version, or of one that an upcaster takes. */
type Covering<T, U> = U extends Upcasts
  ? [T] extends [Newest<U> | Taken<U[keyof U]>]
    ? unknown
    : 'what comes from this source is neither of the newest version nor of one that an upcaster takes'
  : unknown;

const versionField = (event: unknown): unknown => (typeof event === 'object' && event !== null ? (event as { readonly v?: unknown }).v : undefined);

/** What decides what is taken, without its types. */
interface Judging {
  readonly upcast?: unknown;
  readonly version?: ((event: never) => number) | undefined;
  readonly schema?: StandardSchema | undefined;
}

/** Refuses a source that is none, and options that nobody reads or that are not of their kind. */
export function checkSource(name: unknown, spec: unknown, options: unknown): void {
  checkText('source(name)', name, 'a name, text that is not empty');
  checkMade('source(name, spec)', spec, ['open'], "a source, such as jsonLines('events.jsonl')");
  const call = `source('${name as string}', …)`;
  checkGiven(call, options, ['time', 'complete', 'maxAhead', 'maxLead', 'upcast', 'version', 'schema', 'onThrow', 'onBad']);
  const { time, complete, upcast, version, schema, onBad } = options as Readonly<Record<string, unknown>>;
  checkFunction(`${call}, { time }`, time);
  const completeness = 'outOfOrder(bound) or sequences(options)';
  checkRecord(`${call}, { complete }`, complete, completeness);
  if (complete['kind'] !== 'out-of-order' && complete['kind'] !== 'sequences') refuse(`${call}, { complete }`, completeness, complete);
  checkOptionalFunction(`${call}, { version }`, version);
  checkOptions(`${call}, { onBad }`, onBad, ['holdAbove', 'ofLast']);
  if (upcast !== undefined) {
    checkRecord(`${call}, { upcast }`, upcast, 'functions by version');
    for (const [one, step] of Object.entries(upcast)) checkFunction(`${call}, { upcast: { ${one} } }`, step);
  }
  if (schema !== undefined) checkSchema(`${call}, { schema }`, schema);
}

/** Schemas are objects, or functions with fields. */
function checkSchema(where: string, schema: unknown): void {
  const standard = (schema as { readonly '~standard'?: unknown } | null)?.['~standard'];
  if (standard === undefined) refuse(where, 'a schema of a library that keeps to https://standardschema.dev', schema);
  checkMade(where, standard, ['validate'], 'a schema of a library that keeps to https://standardschema.dev');
}

/** What is done about input that is wrong; a RangeError where it makes no sense. */
export function faultsOf({ onThrow, onBad }: { readonly onThrow?: OnThrow | undefined; readonly onBad?: OnBad | undefined }, otherwise: OnThrow): { readonly onThrow: OnThrow; readonly onBad: OnBad | undefined } {
  const threw = onThrow ?? otherwise;
  if (!['bad', 'hold', 'stop'].includes(threw)) throw new RangeError(`onThrow: ${threw}: expected 'bad', 'hold' or 'stop'`);
  if (onBad === undefined) return { onThrow: threw, onBad };
  const { holdAbove, ofLast } = onBad;
  if (!(holdAbove >= 0 && holdAbove < 1)) throw new RangeError(`onBad: { holdAbove: ${holdAbove} }: expected a share from 0 to less than 1`);
  if (!Number.isSafeInteger(ofLast) || ofLast < 1 || ofLast > BAD_OF_LAST_MAX) throw new RangeError(`onBad: { ofLast: ${ofLast} }: expected 1 to ${BAD_OF_LAST_MAX} records`);
  return { onThrow: threw, onBad: { holdAbove, ofLast } };
}

/** Of how many records the bad ones are remembered, at most. */
const BAD_OF_LAST_MAX = 100_000;

/** The rules that options ask for; undefined where they ask for none. Throws a RangeError where versions have gaps. */
export function intakeRules(source: string, options: Judging): IntakeRules | undefined {
  const { schema, version = versionField } = options;
  const upcast = options.upcast as Upcasts | undefined;
  if (upcast === undefined && schema === undefined) return undefined;
  const versions = Object.keys(upcast ?? {}).map(Number).sort((a, b) => a - b);
  const [oldest = 0] = versions;
  if (!versions.every((one, i) => Number.isSafeInteger(one) && one === oldest + i)) {
    throw new RangeError(`upcast: { ${versions.join(', ')} }: expected whole versions without a gap`);
  }
  if (upcast !== undefined && versions.length === 0) throw new RangeError('upcast: {} names no version; leave it out');
  const upcasts = versions.map((one) => upcast?.[one] as (event: unknown) => unknown);
  return { source, upcasts, oldest, version: version as (event: unknown) => unknown, schema };
}
