import type { Change } from 'millrace';
import { type Left, type Story, isMarble } from './story.ts';

/** A value as a picture says it: the letter of a marble, the parts of a record, `∅` for nothing. */
export function wordOf(value: unknown): string {
  if (value === undefined) return '∅';
  if (isMarble(value)) return value.letter;
  if (isChange(value)) return changeWord(value);
  if (isRow(value)) return `${wordOf(value.key)}: ${wordOf(value.value)}`;
  if (Array.isArray(value)) return value.length === 0 ? '[]' : value.map(wordOf).join(' ');
  if (typeof value === 'object' && value !== null) return Object.entries(value).map(([name, part]) => `${name} ${wordOf(part)}`).join(', ');
  return String(value);
}

/** A change: the key, and from what to what; where it was nothing before, only what it is now. */
export function changeWord({ key, before, after, revision }: Change<unknown, unknown>): string {
  const sides = before === undefined && revision === 0 ? wordOf(after) : before === after || wordOf(before) === wordOf(after) ? wordOf(after) : `${wordOf(before)}→${wordOf(after)}`;
  return key === undefined ? sides : `${wordOf(key)}: ${sides}`;
}

/** The whole picture as sentences, for those who hear it. */
export function sentencesOf(story: Story): string {
  const { lines, events, ends, steps, left, late, store } = story;
  const several = lines.length > 1;
  const said: string[] = [];
  for (const line of lines) {
    const came = events
      .filter((event) => event.line === line)
      .map(({ letter, column, time, fate }) => `${letter} at ${column}${time === column ? '' : `, of ${time}`}${fate === 'taken' ? '' : ` (${fate})`}`);
    const end = ends.find((one) => one.line === line);
    said.push(`${several ? `On ${line}` : 'In'} ${came.length === 0 ? 'comes nothing' : `come ${came.join('; ')}`}${end === undefined ? '' : `; it ends at ${end.column}`}.`);
    const moves = steps.filter((step) => step.line === line).map(({ value }) => (Number.isFinite(value) ? String(value) : 'the end'));
    if (moves.length > 0) said.push(`Its frontier moves to ${moves.join(', ')}.`);
  }
  for (const { column, mark } of store) said.push(mark === 'c' ? `A commit after ${column}.` : `A crash after ${column}.`);
  said.push(left.length === 0 ? 'Nothing leaves.' : `Out go ${left.map(leftSentence).join('; ')}.`);
  if (late.length > 0) said.push(`Late ${late.map(({ column, value }) => `${wordOf(value)} at ${column}`).join('; ')}.`);
  return said.join(' ');
}

function leftSentence({ column, what }: Left): string {
  if (what.kind === 'event') return `${wordOf(what.value)} at ${column}`;
  const { window, finality } = what.change;
  const place = window === undefined ? '' : `, window ${window.start} to ${window.end <= Number.MAX_SAFE_INTEGER ? window.end : 'the end'}`;
  return `${changeWord(what.change)} at ${column}${place}, ${finality}`;
}

function isChange(value: unknown): value is Change<unknown, unknown> {
  return typeof value === 'object' && value !== null && 'before' in value && 'after' in value && 'cause' in value;
}

function isRow(value: unknown): value is { readonly key: unknown; readonly value: unknown } {
  return typeof value === 'object' && value !== null && 'key' in value && 'value' in value && 'finality' in value;
}
