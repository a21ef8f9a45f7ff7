import { group, type Duration, type Grouped, type Stream, type Table } from 'millrace';
import type { RequestId, TenantId } from '../domain/names.ts';
import { isAdmitted, isFinished, type Admitted, type Finished, type UsageFact } from '../domain/usage-fact.ts';

export type RequestKey = { tenant: TenantId; id: RequestId };

/** What is known of one request: its admission and its end. */
export type Lifetime = Grouped<Begun, Begun, Finished>;

/** A request whose end did not come in time, or came when nobody waited for it any more; or was lost with its gateway. */
export type Unended = {
  /** It timed out, and was settled: free. Null: it had ended, or nobody knew that it had begun. */
  readonly admitted: Admitted | null;
  /** What came too late, the first of it; or, with the outcome `lost`, what is charged of it. */
  readonly end: Finished | null;
};

export type Requests = {
  /** Those that are under way; what is final is forgotten. */
  readonly lifetimes: Table<RequestKey, Lifetime>;
  readonly unended: Table<RequestKey, Unended>;
};

type Begun = Admitted | Finished;

/**
 * The lifetime of each request: a group window from its admission to its end.
 *
 * - Both are facts of one event time, the admission's. While a request is open its gateway promises nothing
 *   later, so it times out only where that gateway was given up: `longest` behind the frontier it is settled,
 *   free, and listed. An end that comes after that is late usage, and listed with it.
 * - A gap may make the end come first, and events of one time stand in the order in which they came: so
 *   either begins the group, and what tells an open request is that no end is in it.
 * - What is charged does not come from here, but from the ends themselves: see docs/decisions/0012.
 */
export function requests(facts: Stream<UsageFact>, longest: Duration): Requests {
  const lifetimes = facts
    .filter((fact): fact is Begun => fact.kind === 'admitted' || fact.kind === 'finished')
    .keyBy<RequestKey>({ tenant: (fact) => fact.tenant, id: (fact) => fact.id })
    .window(group({ open: (_fact): _fact is Begun => true, close: isFinished, timeout: longest }))
    .collect({ name: 'requests' });
  const timedOut = lifetimes.final().flatMap(({ value }): Unended[] => {
    const admitted = openOf(value);
    return admitted === undefined ? [] : [{ admitted, end: null }];
  });
  const late = lifetimes.late.filter(isFinished).map((end): Unended => ({ admitted: null, end }));
  const lost = facts.filter(isFinished).filter(({ outcome }) => outcome === 'lost').map((end): Unended => ({ admitted: null, end }));
  return {
    lifetimes,
    unended: timedOut
      .merge(late, lost)
      .keyBy<RequestKey>({ tenant: (one) => factOf(one).tenant, id: (one) => factOf(one).id })
      .aggregate(
        {
          create: (): Unended => ({ admitted: null, end: null }),
          add: (known, { admitted, end }): Unended => ({ admitted: known.admitted ?? admitted, end: known.end ?? end }),
          result: (known) => known,
        },
        { name: 'unended' },
      ),
  };
}

/** The admission of a request that has not ended. */
export const openOf = ({ events }: Lifetime): Admitted | undefined => (events.some(isFinished) ? undefined : events.find(isAdmitted));

const factOf = ({ admitted, end }: Unended): Admitted | Finished => admitted ?? (end as Finished);
