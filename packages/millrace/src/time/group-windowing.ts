import { checkFunction, checkGiven } from '../argument.ts';
import { textOf } from '../reason.ts';
import { type Duration, durationText } from './duration.ts';
import { checkWindowMs } from './time-max.ts';

/** From an opening event of a key to a closing one, or to a time-out. */
// oxlint-disable-next-line typescript/no-explicit-any -- the type of the events of any group there may be
export interface GroupWindowing<T = any, Open extends T = T, Close extends T = T> { // any: as above
  readonly kind: 'group';
  /** As `describe()` shows it; also what a stored plan is compared by. */
  readonly text: string;
  readonly opens: (value: T) => value is Open;
  readonly closes: (value: T) => value is Close;
  readonly timeoutMs: Duration;
}

type Guard<T, U extends T> = (value: T) => value is U;
type Test<T> = (value: T) => boolean;

/**
 * From an opening event of a key to a closing one, all by event time: whatever comes in between belongs to
 * it. What has no end `timeout` after its beginning ends there, and says so.
 *
 * ```ts
 * events.keyBy((e) => e.requestId)
 *   .window(group({ open: (e) => e.kind === 'admitted', close: (e) => e.kind === 'finished', timeout: minutes(30) }))
 *   .collect();
 * ```
 */
export function group<T, Open extends T, Close extends T>(by: { readonly open: Guard<T, Open>; readonly close: Guard<T, Close>; readonly timeout: Duration }): GroupWindowing<T, Open, Close>;
export function group<T, Open extends T>(by: { readonly open: Guard<T, Open>; readonly close: Test<T>; readonly timeout: Duration }): GroupWindowing<T, Open, T>;
export function group<T, Close extends T>(by: { readonly open: Test<T>; readonly close: Guard<T, Close>; readonly timeout: Duration }): GroupWindowing<T, T, Close>;
export function group<T>(by: { readonly open: Test<T>; readonly close: Test<T>; readonly timeout: Duration }): GroupWindowing<T>;
export function group<T>(by: { readonly open: Test<T>; readonly close: Test<T>; readonly timeout: Duration }): GroupWindowing<T> {
  checkGiven('group(by)', by, ['open', 'close', 'timeout']);
  const { open, close, timeout } = by;
  checkFunction('group({ open })', open);
  checkFunction('group({ close })', close);
  checkWindowMs(`group({ timeout: ${textOf(timeout)} })`, timeout);
  return Object.freeze({ kind: 'group', text: `group, at most ${durationText(timeout)}`, opens: open as Guard<T, T>, closes: close as Guard<T, T>, timeoutMs: timeout });
}
