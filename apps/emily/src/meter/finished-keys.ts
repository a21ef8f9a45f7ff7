import { days, tumbling, type Stream, type Table } from 'millrace';
import { scopedKey } from '../domain/idempotency-scope.ts';
import type { RequestId, TenantId } from '../domain/names.ts';
import { isFinished, type Finished, type UsageFact } from '../domain/usage-fact.ts';

/** `key` is scoped by project. */
export type IdempotencyKey = { tenant: TenantId; key: string };
export type FinishedKey = { readonly bodyHash: string; readonly requestId: RequestId };

/** How long a key is remembered at least, in ms of event time. */
const KEYS_REMEMBERED = days(1);

/** The idempotency keys of calls that were made and charged: none of them is ever made again. */
export function finishedKeys(facts: Stream<UsageFact>, options: { readonly replay: boolean }): Table<IdempotencyKey, FinishedKey> {
  return facts
    .filter(isFinished)
    .filter(hasSpentItsKey)
    .keyBy<IdempotencyKey>({ tenant: (fact) => fact.tenant, key: ({ project, idempotencyKey }) => scopedKey(project, idempotencyKey ?? '') })
    .window(tumbling(KEYS_REMEMBERED))
    .aggregate(
      {
        create: (): FinishedKey => ({ bodyHash: '', requestId: '' as RequestId }),
        add: (_, { bodyHash, id }): FinishedKey => ({ bodyHash: bodyHash ?? '', requestId: id }),
        result: (found) => found,
      },
      { name: 'finished-keys', keep: options.replay ? 'forever' : KEYS_REMEMBERED },
    );
}

/** A call that failed or was lost frees its key. */
const hasSpentItsKey = ({ idempotencyKey, outcome }: Finished): boolean =>
  idempotencyKey !== null && (outcome === 'completed' || outcome === 'cancelled');
