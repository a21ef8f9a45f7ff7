import type { Change } from 'millrace';
import { hueOf } from './palette.ts';
import { CHARACTER, GUTTER, MARBLE, type Look, box, centre, edge, lineOf, marble, n, textOf } from './shape.ts';
import { type Placed, stack } from './stack.ts';
import { type Left, type Story, isMarble } from './story.ts';
import { changeWord, wordOf } from './words.ts';

/** A strip of the picture; `y` is its upper side. */
export interface Lane {
  readonly height: number;
  draw(y: number, width: number): string;
}

const BOX = 22;
const ROW = 27;

/** What comes, in the column in which it comes; what happened at another time points there. */
export function inLane(story: Story, line: string): Lane {
  const events = story.events.filter((event) => event.line === line);
  const displaced = events.some(({ time, column }) => time !== column);
  const above = displaced ? 26 : 8;
  return {
    height: above + 2 * MARBLE + 10,
    draw: (top, width) => {
      const y = top + above + MARBLE;
      const backs = events.filter(({ time, column }) => time !== column).map(({ letter, time, column }) => {
        const [from, to, hue] = [centre(column), centre(time), hueOf(letter)];
        const lift = y - MARBLE - Math.min(34, 14 + Math.abs(from - to) / 8);
        const foot = events.some((other) => other.column === time) ? y - MARBLE : y;
        const path = `<path class="${hue} back" d="M${n(from)} ${n(y - MARBLE)}C${n(from)} ${n(lift)} ${n(to)} ${n(lift)} ${n(to)} ${n(foot - 5)}"/>`;
        return `${path}<path class="${hue} head" d="M${n(to)} ${n(foot)}l-3.5 -7h7z"/>`;
      });
      const marbles = events.map(({ letter, column, fate }) => marble(centre(column), y, letter, fate === 'bad' ? 'hn' : hueOf(letter), fate === 'taken' ? 'solid' : 'hollow'));
      const ends = story.ends.filter((end) => end.line === line).map(({ column }) => lineOf('end', centre(column), y - MARBLE, centre(column), y + MARBLE));
      return [textOf('name last', GUTTER - 12, y + 4, line), lineOf('lane', GUTTER, y, width, y), ...backs, ...marbles, ...ends].join('');
    },
  };
}

/** Each step of a frontier: when it was made, above, and where it led, below. */
export function frontierLane(story: Story, line: string): Lane {
  const steps = story.steps.filter((step) => step.line === line);
  return {
    height: 34,
    draw: (top, width) => {
      const drawn = steps.map(({ column, value }) => {
        const ended = !Number.isFinite(value);
        const [from, to] = [centre(column), ended ? width - 8 : edge(value)];
        const path = `<path class="step" fill="none" d="M${n(from)} ${n(top + 8)}C${n(from)} ${n(top + 18)} ${n(to)} ${n(top + 12)} ${n(to)} ${n(top + 22)}"/>`;
        return `<circle class="mark" cx="${n(from)}" cy="${n(top + 8)}" r="2.5"/>${path}<path class="mark" d="M${n(to)} ${n(top + 28)}l-4 -7h8z"/>`;
      });
      const name = story.lines.length > 1 ? '' : 'frontier';
      return [textOf('name last', GUTTER - 12, top + 20, name), lineOf('lane', GUTTER, top + 28, width, top + 28), ...drawn].join('');
    },
  };
}

/** The windows from which something left, as stretches of event time. */
export function windowsLane(story: Story, axis: number): Lane | undefined {
  const windows = new Map<string, { start: number; end: number; change: Change<unknown, unknown> }>();
  for (const { what } of story.left) {
    if (what.kind !== 'change' || what.change.window === undefined) continue;
    const { start, end } = what.change.window;
    windows.set(`${wordOf(what.change.key)} ${start} ${end}`, { start, end: Math.min(end, axis), change: what.change });
  }
  if (windows.size === 0) return undefined;
  const list = [...windows.values()].sort((a, b) => a.start - b.start || a.end - b.end);
  const rows = stack(list.map(({ start, end }) => ({ from: beginning(start), to: edge(end) - 2 })), 1);
  return {
    height: (Math.max(...rows) + 1) * ROW + 10,
    draw: (top) => {
      const boxes = list.map(({ start, end, change }, i) => {
        const at = { x: beginning(start), y: top + 10 + ((rows[i] ?? 0) + 0.5) * ROW, width: edge(end) - 1.5 - beginning(start), height: BOX };
        const label = change.key === undefined ? '' : wordOf(change.key);
        return box(at, label, hueOf(label), change.after === undefined ? 'hollow' : change.finality === 'final' ? 'tinted' : 'hatched');
      });
      return [textOf('name last', GUTTER - 12, top + 10 + ROW / 2 + 4, 'windows'), ...boxes].join('');
    },
  };
}

/** Where a window begins; one that began before all time is shown begins a little to the left of it. */
const beginning = (start: number): number => (start < 0 ? edge(0) - 7 : edge(start) + 1.5);

/** What leaves, in the column in which it leaves; an arrow leads from what left to what took its place. */
export function outLane(story: Story): Lane {
  const drawn = story.left.map(placedOf);
  const rows = stack(drawn, 3);
  const height = (rows.length === 0 ? 1 : Math.max(...rows) + 1) * ROW + 12;
  return {
    height,
    draw: (top, width) => {
      const y = (i: number): number => top + 6 + ((rows[i] ?? 0) + 0.5) * ROW;
      const shapes = drawn.map(({ from, to, label, look, round }, i) => {
        const hue = hueOf(label);
        return round ? marble((from + to) / 2, y(i), label, hue, look) : box({ x: from, y: y(i), width: to - from, height: BOX }, label, hue, look);
      });
      const arrows = drawn.flatMap(({ from, to, place }, i) => {
        const before = place === undefined ? -1 : drawn.findLastIndex((other, j) => j < i && other.place === place);
        const other = drawn[before];
        // Side by side they need none.
        return other === undefined || (y(before) === y(i) && from - other.to < 10) ? [] : [arrow(other, y(before), { from, to }, y(i))];
      });
      return [textOf('name last', GUTTER - 12, top + 6 + ROW / 2 + 4, 'out'), lineOf('lane', GUTTER, top + 6 + ROW / 2, width, top + 6 + ROW / 2), ...arrows, ...shapes].join('');
    },
  };
}

/** What came too late, where the program may take it up. */
export function lateLane(story: Story): Lane | undefined {
  if (story.late.length === 0) return undefined;
  return {
    height: 2 * MARBLE + 14,
    draw: (top, width) => {
      const y = top + 7 + MARBLE;
      const marbles = story.late.map(({ column, value }) => marble(centre(column), y, wordOf(value), hueOf(wordOf(value)), 'hollow'));
      return [textOf('name last', GUTTER - 12, y + 4, 'late'), lineOf('lane', GUTTER, y, width, y), ...marbles].join('');
    },
  };
}

/** Where the store commits, and where the process dies. */
export function storeLane(story: Story): Lane | undefined {
  if (story.store.length === 0) return undefined;
  return {
    height: 26,
    draw: (top) => {
      const y = top + 13;
      const marks = story.store.map(({ column, mark }) => {
        const x = edge(column + 1);
        if (mark === 'c') return `<circle class="mark" cx="${n(x)}" cy="${y}" r="4"/>`;
        return lineOf('crash', x - 5, y - 5, x + 5, y + 5) + lineOf('crash', x - 5, y + 5, x + 5, y - 5);
      });
      return [textOf('name last', GUTTER - 12, y + 4, 'store'), ...marks].join('');
    },
  };
}

interface Drawn extends Placed {
  readonly label: string;
  readonly look: Look;
  readonly round: boolean;
  /** The key and the window whose row it is, so that revisions find what they revise. */
  readonly place: string | undefined;
}

function placedOf({ column, what }: Left): Drawn {
  if (what.kind === 'event') {
    const round = isMarble(what.value) && what.value.letter.length === 1;
    return { ...around(column, round ? 2 * MARBLE : wordOf(what.value).length * CHARACTER + 12), label: wordOf(what.value), look: 'solid', round, place: undefined };
  }
  const { change } = what;
  const label = changeWord(change);
  const look = change.after === undefined ? 'hollow' : change.finality === 'final' ? 'solid' : 'hatched';
  const place = `${wordOf(change.key)} ${change.window?.start} ${change.window?.end}`;
  return { ...around(column, label.length * CHARACTER + 12), label, look, round: false, place, like: place };
}

/** How far to the right something that left reaches. */
export const endOf = (left: Left): number => placedOf(left).to;

function around(column: number, width: number): Placed {
  const from = Math.max(GUTTER + 2, centre(column) - width / 2);
  return { from, to: from + width };
}

function arrow(a: Placed, ay: number, b: Placed, by: number): string {
  if (b.from > a.to + 4) {
    const bend = Math.min(24, (b.from - a.to) / 2);
    return `<path class="revised" d="M${n(a.to)} ${n(ay)}C${n(a.to + bend)} ${n(ay)} ${n(b.from - bend)} ${n(by)} ${n(b.from - 6)} ${n(by)}"/><path class="revision" d="M${n(b.from - 1)} ${n(by)}l-7 -3.5v7z"/>`;
  }
  if (by < ay) {
    const [x, foot] = [(b.from + b.to) / 2, by + BOX / 2];
    return `<path class="revised" d="M${n(a.to)} ${n(ay)}Q${n(x)} ${n(ay)} ${n(x)} ${n(foot + 6)}"/><path class="revision" d="M${n(x)} ${n(foot)}l-3.5 6h7z"/>`;
  }
  const [x1, x2, y1, y2] = [(a.from + a.to) / 2, (b.from + b.to) / 2, ay + BOX / 2, by - BOX / 2];
  return `<path class="revised" d="M${n(x1)} ${n(y1)}L${n(x2)} ${n(y2 - 5)}"/><path class="revision" d="M${n(x2)} ${n(y2)}l-3.5 -6h7z"/>`;
}
