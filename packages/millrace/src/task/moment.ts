/** No timer fires: an event is being pushed. Floating-point, as times are: a field that changes its kind is compiled for again. */
export const NO_TIMER: number = Number.NEGATIVE_INFINITY;

/**
 * Where the task stands: the event (or the timer) that is being processed now.
 *
 * One object per task, written by the loop and by operators that emit at a time of their own, read
 * by whoever needs the time of what it is being pushed. Plain fields, because it is read per event.
 */
export class Moment {
  /** Event time of what is being pushed. */
  time: number = Number.NaN;
  /** When the engine first saw the event; never used in a result. */
  arrival: number = Number.NaN;
  /** Source, partition and offset of the event, for messages and for causes. */
  source = '';
  partition = 0;
  offset = 0;
  /** The due time of the timers that fire, or NO_TIMER while an event is pushed: what causes the change. */
  timer: number = NO_TIMER;
  /** Of a state that was counted anew, while what it had said otherwise is corrected: then that is the cause, and no timer. */
  version: string | undefined = undefined;
  /** Whether state or an output has changed since this event began: then it can't just be set aside. */
  touched = false;
  /** Something was held since a feed last looked: it may have to stop. */
  halted = false;
}
