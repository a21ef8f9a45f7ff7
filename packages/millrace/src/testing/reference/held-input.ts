import { type Action, isEventTime } from './record.ts';

/** What happened from outside, and where somebody decided on the oldest hold. */
export type DecidedAction<T> = Action<T> | { readonly kind: 'decide' };

export interface HeldBy<T> {
  readonly scope: 'key' | 'partition' | 'pipeline';
  readonly sources: readonly string[];
  readonly partitions: number;
  readonly boundMs: number;
  readonly time: (value: T) => number;
}

/** One operator under `halt`, as a reference. */
export interface Holding<T> {
  /** The frontiers of the sources, in their order: called before each event, and when they move. */
  moved(frontiers: readonly number[]): void;
  /** An event comes, the last of what was read so far; true: it is late, and held. */
  take(value: T, source: string, read: readonly Action<T>[]): boolean;
  /** Somebody has decided on an event that was held. */
  decide(value: T, source: string): void;
}

/** What was read, in its order. */
type Carried<T> = Exclude<Action<T>, { readonly kind: 'end' }>;

interface Place {
  readonly source: string;
  readonly partition: number;
}

/**
 * Reads input under `halt`, until everything has been decided; in which order that was. Ends are promises there,
 * partition by partition.
 *
 * By key a decision is as good as made when the event comes. By partition and by pipeline what is not read
 * comes later, in its order.
 */
export function readHeld<T>(actions: readonly DecidedAction<T>[], by: HeldBy<T>, holding: Holding<T>): readonly Carried<T>[] {
  const promised = by.sources.map(() => Array.from({ length: by.partitions }, () => -1));
  const holds: (Place & { readonly value: T })[] = [];
  const unread: Carried<T>[] = [];
  const carried: Carried<T>[] = [];

  const promise = ({ source, partition }: Place, to: number): void => {
    const own = promised[by.sources.indexOf(source)] as number[];
    own[partition] = Math.max(own[partition] as number, to);
    holding.moved(promised.map((partitions) => Math.min(...partitions)));
  };
  const decide = ({ value, source }: { readonly value: T; readonly source: string }): void => holding.decide(value, source);
  const isUnread = ({ source, partition }: Place): boolean => holds.some((hold) => by.scope === 'pipeline' || (hold.source === source && hold.partition === partition));
  const carryOut = (action: Carried<T>): void => {
    carried.push(action);
    if (action.kind === 'promise') return promise(action, action.to);
    const { value, source, partition } = action;
    if (!isEventTime(by.time(value))) return;
    promise(action, by.time(value) - by.boundMs);
    if (!holding.take(value, source, carried)) return;
    if (by.scope === 'key') decide(action);
    else holds.push({ value, source, partition });
  };
  const resolve = (): void => {
    const hold = holds.shift();
    if (hold === undefined) return;
    decide(hold);
    for (let at = 0; at >= 0; ) {
      at = unread.findIndex((action) => !isUnread(action));
      const [action] = at < 0 ? [] : unread.splice(at, 1);
      if (action !== undefined) carryOut(action);
    }
  };

  for (const action of actions) {
    if (action.kind === 'decide') resolve();
    else if (action.kind !== 'end') (isUnread(action) ? (one: typeof action) => unread.push(one) : carryOut)(action);
    else {
      for (let partition = 0; partition < by.partitions; partition += 1) {
        const end = { kind: 'promise', source: action.source, partition, to: Infinity } as const;
        if (isUnread(end)) unread.push(end);
        else carryOut(end);
      }
    }
  }
  while (holds.length > 0) resolve();
  return carried;
}
