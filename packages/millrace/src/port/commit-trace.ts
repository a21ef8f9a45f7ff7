import { tracingChannel } from 'node:diagnostics_channel';

/** Which commit it is. */
export interface TracedCommit {
  readonly pipeline: string;
  /** Its number, if it succeeds. */
  readonly commit: number;
}

/** Costs nothing where nobody listens. */
const commits = tracingChannel<string, TracedCommit>('millrace.commit');

/** Tells those who listen to the channels `tracing:millrace.commit:start`, `:end` and `:error` of this process. */
export function traced<R>(of: TracedCommit, commit: () => R): R {
  return commits.hasSubscribers ? commits.traceSync(commit, of) : commit();
}
