import type { ModelId } from '../../domain/names.ts';
import { assign } from '../assign.ts';
import type { TraceRow } from '../trace/trace-row.ts';
import { deliver } from './deliver.ts';
import { exchange, isSuccess } from './exchange.ts';
import type { Road, RoadTerms } from './road.ts';

/** Rows in one NDJSON body: large enough for one commit to serve many, small enough to be resent. */
export const ingestBatchRowsMax = 500;

export interface IngestRoadOptions extends RoadTerms {
  /** A key with the scope to ingest for every tenant. */
  readonly adminKey: string;
  readonly modelIds: readonly ModelId[];
}

/** Rows as usage measured elsewhere: batches of CloudEvents, one batch after the other. */
export class IngestRoad implements Road {
  readonly #options: IngestRoadOptions;
  #batch: TraceRow[] = [];

  constructor(options: IngestRoadOptions) {
    this.#options = options;
  }

  async send(row: TraceRow): Promise<void> {
    this.#batch.push(row);
    if (this.#batch.length === ingestBatchRowsMax) await this.flush();
  }

  async flush(): Promise<void> {
    const batch = this.#batch;
    if (batch.length === 0) return;
    this.#batch = [];
    const { dispatcher, adminKey, secret, keyOf, onDone } = this.#options;
    const post = {
      path: '/v1/events',
      headers: { 'authorization': `Bearer ${adminKey}`, 'content-type': 'application/x-ndjson', 'x-replay-secret': secret },
      body: batch.map((row) => `${JSON.stringify(this.#event(row))}\n`).join(''),
    };
    await deliver({
      what: `the batch from row ${batch[0]!.row} to row ${batch.at(-1)!.row}`,
      key: keyOf(batch[0]!),
      send: () => exchange(dispatcher, post),
      isTaken: isSuccess,
    }, this.#options);
    onDone(batch.length);
  }

  end(): Promise<void> {
    return this.flush();
  }

  #event(row: TraceRow): object {
    const { tenant, user, model } = assign(this.#options.seed, row.row, this.#options.modelIds);
    const { inputTokens, cachedInputTokens, outputTokens } = row;
    return {
      specversion: '1.0',
      id: this.#options.keyOf(row),
      source: 'replay',
      type: 'usage',
      subject: user,
      time: new Date(row.at).toISOString(),
      data: { model, tenant, requests: 1, inputTokens, cachedInputTokens, outputTokens },
    };
  }
}
