import type { Columns } from '../aggregation/columns.ts';
import type { KeyShape } from '../state/key.ts';
import { durationText } from '../time/duration.ts';
import type { HeldFrontier } from '../time/held-frontier.ts';
import { type BareHaltPolicy, type Early, type LatePolicy, earlyText, lateText } from './late-policy.ts';
import type { Adjustment } from './ledger/adjustment.ts';
import type { Output } from './operator.ts';

/** What all windows are given; W says which they are, and L which policies these have. */
export interface WindowOptions<T, K, V, W, L = LatePolicy | BareHaltPolicy> {
  readonly name: string;
  readonly key: KeyShape<T, K>;
  readonly windowing: W;
  readonly columns: Columns<T, V>;
  readonly late: L;
  readonly early: Early | undefined;
  /** How long a closed window can still be asked, in ms of event time. */
  readonly keepMs: number;
  /** For how long after its last event a key's empty windows leave too, in ms; 0: they don't. Aligned and hopping ones. */
  readonly fillMs: number;
  readonly durable: boolean;
  /** Somebody asks this table while it runs. */
  readonly asked: boolean;
  /** Whether what it is given is made of single events, at their times; see `isOfEvents`. Left out: it may not be. */
  readonly ofEvents?: boolean;
  /** The frontier behind it, where keys may be held. */
  readonly behind?: HeldFrontier | undefined;
  /** Under `halt`: where differences leave. */
  readonly adjustments?: Output<Adjustment<K, V>> | undefined;
}

/** What must be equal for stored state to be this operator's. */
export function signatureOf<T, K, V>({ windowing, key, columns, late, early, fillMs }: WindowOptions<T, K, V, { readonly text: string }>): string {
  const policy = late.kind === 'drop' && early === undefined ? '' : ` late ${lateText(late)}${earlyText(early)}, kept at changes`;
  const fill = fillMs === 0 ? '' : ` filled for ${durationText(fillMs)}`;
  return `window ${windowing.text} by ${key.names?.join(',') ?? key.selectors.length} ${columns.name}${policy}${fill}`;
}
