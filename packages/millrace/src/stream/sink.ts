import type { SinkSpec } from '../task/sink.ts';

/** Where results leave the program; made by `app.sink`, `app.print` and `app.callback`. */
export interface Sink<in T> {
  readonly name: string;
  readonly spec: SinkSpec<T>;
}
