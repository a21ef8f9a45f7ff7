import type { Dispatcher } from 'undici';
import type { TraceRow } from '../trace/trace-row.ts';
import type { DeliveryTerms } from './deliver.ts';

/**
 * A way into Emily for the rows of a trace: through the gateway, or by ingest.
 *
 * - Rows are sent in the order of the calls; a call ends when the row is on its way or in the next batch.
 * - A row is reported as done once the server has acknowledged it durably, never before.
 * - Sending a row again, after a crash, counts it once: it has the same key.
 */
export interface Road {
  send(row: TraceRow): Promise<void>;
  /** Called before a pause: whatever waits for company is sent now. */
  flush(): Promise<void>;
  /** Returns when every row is acknowledged. */
  end(): Promise<void>;
}

/** What both roads are given. */
export interface RoadTerms extends DeliveryTerms {
  readonly dispatcher: Dispatcher;
  /** Shows Emily that it is the replayer who asks. */
  readonly secret: string;
  /** Says who asks for which model. */
  readonly seed: number;
  /** The idempotency key of a row, which is the id of its event. */
  readonly keyOf: (row: TraceRow) => string;
  readonly onDone: (rows: number) => void;
}
