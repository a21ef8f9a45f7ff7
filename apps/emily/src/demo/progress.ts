import type { Clock } from './clock.ts';

/** Where progress is shown: standard error, or what a test gives. */
export interface ProgressOutput {
  readonly isTTY?: boolean;
  readonly columns?: number;
  write(text: string): unknown;
}

export interface Progress {
  /** May be called as often as one likes; what is shown is renewed every now and then. */
  report(progress: { readonly done: number; readonly total: number }): void;
  /** Shows the last state and leaves the cursor on a fresh line. */
  end(): void;
}

/** How often a bar is redrawn, and how often a line is printed where there is no terminal, in ms. */
const barEveryMs = 100;
const lineEveryMs = 5_000;

const barWidthMax = 30;

/** A bar on a terminal, a line every few seconds elsewhere: rows, requests per second, time left. */
export function showProgress(output: ProgressOutput, clock: Clock): Progress {
  const isTerminal = output.isTTY === true;
  const everyMs = isTerminal ? barEveryMs : lineEveryMs;
  let first: { readonly done: number; readonly at: number } | undefined;
  let state = { done: 0, total: 0 };
  let shownAt = -Infinity;

  const show = (now: number): void => {
    shownAt = now;
    const seconds = first === undefined ? 0 : (now - first.at) / 1_000;
    const text = describe(state, seconds > 0 ? (state.done - first!.done) / seconds : 0);
    output.write(isTerminal ? `\r${barred(state, text, (output.columns ?? 80) - 1)}\x1b[K` : `${text}\n`);
  };

  return {
    report: (progress) => {
      const now = clock.now();
      state = progress;
      first ??= { done: progress.done, at: now };
      if (now - shownAt >= everyMs) show(now);
    },
    end: () => {
      if (first === undefined) return;
      show(clock.now());
      if (isTerminal) output.write('\n');
    },
  };
}

interface State {
  readonly done: number;
  readonly total: number;
}

function describe({ done, total }: State, perSecond: number): string {
  const percent = total === 0 ? 100 : Math.floor(done / total * 100);
  const left = done >= total ? 'done' : perSecond > 0 ? `${duration((total - done) / perSecond)} left` : 'starting';
  return `${percent} %  ${whole(done)} of ${whole(total)} rows  ${whole(Math.round(perSecond))} requests/s  ${left}`;
}

/** The text behind a bar that takes the room left for it, together at most `room` characters. */
function barred({ done, total }: State, text: string, room: number): string {
  const width = Math.max(0, Math.min(barWidthMax, room - text.length - 2));
  const full = total === 0 ? width : Math.floor(done / total * width);
  return `${'█'.repeat(full)}${'░'.repeat(width - full)}  ${text}`.trimStart().slice(0, room);
}

function duration(seconds: number): string {
  const whole = Math.ceil(seconds);
  if (whole < 60) return `${whole} s`;
  if (whole < 3_600) return `${Math.floor(whole / 60)} min ${whole % 60} s`;
  return `${Math.floor(whole / 3_600)} h ${Math.floor(whole % 3_600 / 60)} min`;
}

const whole = (figure: number): string => figure.toLocaleString('en-US');
