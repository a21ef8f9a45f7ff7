import type { Finality } from '../operator/row.ts';
import type { ChangelogSpec, SinkSpec } from '../task/sink.ts';
import type { Duration } from '../time/duration.ts';

/**
 * What a sink can take: `revisable`, anything, also what changes later; `adjustable`, final facts and
 * adjustments of them; `irreversible`, final facts only.
 */
export type Takes = 'revisable' | 'adjustable' | 'irreversible';

/** What becomes of the program when a sink does not take its rows. */
export type OnRefused = 'fail' | 'hold';

export interface SinkOptions {
  /** What becomes of the program when the sink does not take its rows. Default 'fail'. */
  readonly onRefused?: OnRefused;
  /** For how long, in ms, a delivery that fails is tried again before that. Default: for ever where the receiver asks for it, else not at all. */
  readonly retry?: Duration;
}

/** Where results leave the program; made by `app.sink`, `app.print`, `app.callback` and `app.changelog`. */
export interface Sink<in T, out Name extends string = string, out S extends Takes = Takes> {
  readonly name: Name;
  readonly spec: SinkSpec<T> | ChangelogSpec;
  readonly takes: S;
  /** Not optional: an optional field would put advice about itself into the sentence of `Fitting`. */
  readonly onRefused: OnRefused;
  /** For so long, in ms, a delivery that fails is tried again; undefined: as the sink says. */
  readonly retryMs: number | undefined;
}

/** Nothing to object to; or why a sink that takes S must not get results of finality F, as a sentence. */
export type Fitting<F extends Finality, Name extends string, S extends Takes> = [F] extends ['final']
  ? unknown
  : [S] extends ['revisable']
    ? unknown
    : CannotTakeBack<Name>;

type CannotTakeBack<Name extends string> = `'${Name}' cannot take back a provisional result; use .final()`;
