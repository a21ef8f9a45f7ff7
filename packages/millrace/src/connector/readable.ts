import type { EvidenceName } from '../time/evidence.ts';
import type { Interval } from '../time/calendar.ts';
import { jsonText } from './json-text.ts';

/** The marks of evidence, the same wherever results are shown. */
const marks: Record<EvidenceName, string> = { proved: '●', ended: '■', assumed: '◐', declared: '✎' };

/**
 * A value in one line for people.
 *
 * A table's row and a change of one are told as key, window, value, and whether it is final and by what
 * evidence: `ada · 2026-10-01T00:00Z/2026-11-01T00:00Z · 3 → 4 · provisional`. Anything else is its JSON.
 */
export function readable(value: unknown): string {
  if (!isResult(value)) return jsonText(value);
  const { key, window, finality, evidence } = value;
  const content = 'cause' in value ? `${side(value.before)} → ${side(value.after)}` : jsonText(value.value);
  const place = window === undefined ? plain(key) : `${plain(key)} · ${interval(window)}`;
  const standing = finality === 'final' ? `final ${evidence.map((name) => marks[name]).join('')}` : finality;
  return `${place} · ${content} · ${standing}`;
}

/** What a row of a table and a change of one have in common, and what tells them apart. */
interface Result {
  readonly key: unknown;
  readonly window: Interval | undefined;
  readonly revision: number;
  readonly finality: 'provisional' | 'final';
  readonly evidence: readonly EvidenceName[];
  readonly value?: unknown;
  readonly before?: unknown;
  readonly after?: unknown;
}

function isResult(value: unknown): value is Result {
  return typeof value === 'object' && value !== null
    && 'key' in value && 'window' in value && 'revision' in value && 'finality' in value && 'evidence' in value;
}

function side(value: unknown): string {
  return value === undefined ? '∅' : jsonText(value);
}

/** A key as one would say it: its text, or name=value for each of its parts. */
function plain(key: unknown): string {
  if (typeof key === 'string') return key;
  if (typeof key !== 'object' || key === null || Array.isArray(key)) return jsonText(key);
  return Object.entries(key).map(([name, part]) => `${name}=${plain(part)}`).join(' ');
}

function interval({ start, end }: Interval): string {
  return `${instant(start)}/${instant(end)}`;
}

/** The last moment a Date can hold; event times go beyond it. */
const DATE_MS_MAX = 8.64e15;

function instant(time: number): string {
  if (!(Math.abs(time) <= DATE_MS_MAX)) return String(time);
  return new Date(time).toISOString().replace(/(:00)?\.000Z$/, 'Z');
}
