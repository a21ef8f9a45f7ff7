import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { type Event, WINDOW_MS } from './messages.ts';

/** What the files of the program say that is not so, of the events that there were. */
export function wrong(folder: string, events: readonly Event[]): readonly string[] {
  return [...wrongEvents(linesOf(join(folder, 'events.jsonl')) as readonly number[], events.map(({ id }) => id)), ...wrongWindows(linesOf(join(folder, 'final.jsonl')) as readonly Row[], events)];
}

interface Row {
  readonly key: string;
  readonly start: number;
  readonly events: number;
  readonly total: number;
}

/** Each must be there once. */
export function wrongEvents(told: readonly number[], ids: readonly number[]): readonly string[] {
  const known = new Set(told);
  const problems: string[] = [];
  if (known.size !== told.length) problems.push(`${told.length - known.size} events were counted twice`);
  const lost = ids.filter((id) => !known.has(id));
  if (lost.length > 0) problems.push(`${lost.length} of ${ids.length} events are lost, such as ${lost[0]}`);
  return problems;
}

function wrongWindows(rows: readonly Row[], events: readonly Event[]): readonly string[] {
  const expected = new Map<string, { events: number; total: number }>();
  for (const { at, key, value } of events) {
    const name = `${key} ${Math.floor(at / WINDOW_MS) * WINDOW_MS}`;
    const { events: n = 0, total = 0 } = expected.get(name) ?? {};
    expected.set(name, { events: n + 1, total: total + value });
  }
  const problems: string[] = [];
  for (const { key, start, events: n, total } of rows) {
    const name = `${key} ${start}`;
    const known = expected.get(name);
    if (known?.events !== n || known.total !== total) problems.push(`window ${name} was said to have ${n} events and ${total}; it has ${known?.events ?? 'none, or was said twice'} and ${known?.total}`);
    expected.delete(name);
  }
  if (expected.size > 0) problems.push(`${expected.size} windows were never said`);
  return problems;
}

export function linesOf(path: string): readonly unknown[] {
  return readFileSync(path, 'utf8')
    .split('\n')
    .slice(0, -1)
    .map((line) => JSON.parse(line) as unknown);
}
