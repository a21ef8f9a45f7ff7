import { expect, test, vi } from 'vitest';
import { systemClock } from './clock.ts';

/** The longest that Node's timers wait; a longer one fires at once. */
const TIMER_MS_MAX = 2 ** 31 - 1;

test('what is to be done after longer than a timer can wait is done then, and not at once', () => {
  vi.useFakeTimers();
  try {
    let done = 0;
    systemClock.after(TIMER_MS_MAX + 1000, () => (done += 1));
    const callOff = systemClock.after(2 * TIMER_MS_MAX + 1, () => (done += 100));
    vi.advanceTimersByTime(TIMER_MS_MAX + 999);
    expect(done).toBe(0);
    vi.advanceTimersByTime(1);
    expect(done).toBe(1);
    callOff();
    vi.advanceTimersByTime(3 * TIMER_MS_MAX);
    expect(done).toBe(1);
  } finally {
    vi.useRealTimers();
  }
});
