import type { ModelId, TenantId } from '../../domain/names.ts';
import { assign } from '../assign.ts';
import { seededRandom } from '../random.ts';
import { assertKeyOfEach } from '../tenants.ts';
import type { TraceRow } from '../trace/trace-row.ts';
import { words } from '../words.ts';
import { deliver } from './deliver.ts';
import { exchange, isSuccess, type Answer, type Post } from './exchange.ts';
import { InFlight } from './in-flight.ts';
import type { Road, RoadTerms } from './road.ts';

export interface GatewayRoadOptions extends RoadTerms {
  readonly keys: ReadonlyMap<TenantId, string>;
  readonly modelIds: readonly ModelId[];
  /** The share of rows that ask for a stream, from 0 to 1; the seed says which. */
  readonly streamShare: number;
  readonly maxInFlight: number;
  readonly maxSpanMs: number;
}

/** Every row a chat completion of its own, as a customer would ask for it: a token is a word. */
export class GatewayRoad implements Road {
  readonly #options: GatewayRoadOptions;
  readonly #inFlight: InFlight;

  constructor(options: GatewayRoadOptions) {
    assertKeyOfEach(options.keys);
    this.#options = options;
    this.#inFlight = new InFlight(options.maxInFlight, options.maxSpanMs);
  }

  send(row: TraceRow): Promise<void> {
    return this.#inFlight.start(row.at, () => this.#deliver(row));
  }

  async flush(): Promise<void> {}

  end(): Promise<void> {
    return this.#inFlight.drained();
  }

  async #deliver(row: TraceRow): Promise<void> {
    const { dispatcher, seed, streamShare, keyOf, onDone } = this.#options;
    const stream = seededRandom(seed, 'stream', row.row)() < streamShare;
    const key = keyOf(row);
    const post = this.#post(row, key, stream);
    const isTaken = (answer: Answer): boolean => wasAnswered(answer) || (isSuccess(answer) && (!stream || endsWithDone(answer)));
    await deliver({ what: `row ${row.row}`, key, send: () => exchange(dispatcher, post), isTaken }, this.#options);
    onDone(1);
  }

  #post(row: TraceRow, key: string, stream: boolean): Post {
    const { seed, secret, keys, modelIds } = this.#options;
    const { tenant, user, model } = assign(seed, row.row, modelIds);
    const asked = JSON.stringify({ model, user, max_tokens: row.outputTokens, ...(stream ? { stream } : {}) });
    return {
      path: '/v1/chat/completions',
      headers: {
        'authorization': `Bearer ${keys.get(tenant)!}`,
        'content-type': 'application/json',
        'x-replay-time': String(row.at),
        'x-replay-secret': secret,
        'idempotency-key': key,
      },
      body: `${asked.slice(0, -1)},"messages":[{"role":"user","content":"${words(row.inputTokens)}"}]}`,
    };
  }
}

/**
 * A stream is over with its terminal event; an end of file before it is a broken stream. A body that
 * isn't streamed has a length or an end of its own, which the HTTP client has checked.
 */
const endsWithDone = (answer: Answer): boolean => answer.body.trimEnd().endsWith('data: [DONE]');

/** An earlier attempt was metered, but its answer was lost on the way and is no longer kept. */
const wasAnswered = (answer: Answer): boolean =>
  answer.status === 409 && answer.body.includes('"code":"idempotency_answer_expired"');
