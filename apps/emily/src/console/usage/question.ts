import type { EpochMs } from '../api.ts';

/*
 * One question to the meter, as it stands in the address:
 *
 *   window=minute|hour|day|month  group=…  unit=…  model=…  user=…  key=…  project=…  from=…  to=…
 *
 * `from` and `to` are instants in UTC, 2026-11-24T00:00Z; left out, the stretch ends now and is as long as is usual
 * for the window. What is as usual is left out of the address.
 */
export const windows = ['minute', 'hour', 'day', 'month'] as const;
export const groups = ['none', 'tenant', 'model', 'user', 'key', 'project'] as const;
export const units = ['requests', 'inputTokens', 'cachedInputTokens', 'outputTokens'] as const;
export type WindowName = (typeof windows)[number];
export type Group = (typeof groups)[number];
export type Unit = (typeof units)[number];

export type Question = {
  readonly window: WindowName;
  readonly group: Group;
  readonly unit: Unit;
  /** '' does not narrow down. */
  readonly model: string;
  readonly user: string;
  readonly key: string;
  readonly project: string;
  /** Null: as is usual. */
  readonly from: EpochMs | null;
  readonly to: EpochMs | null;
};

export type Span = { readonly from: EpochMs; readonly to: EpochMs };

/** About how long a window is, for how many there would be. */
const lengthMs: Record<WindowName, number> = { minute: 60_000, hour: 3_600_000, day: 86_400_000, month: 30 * 86_400_000 };
/** How many windows are shown where nobody says from when. */
const usual: Record<WindowName, number> = { minute: 180, hour: 72, day: 31, month: 13 };
/** A day of minutes. */
export const WINDOWS_MAX = 1_440;

export type Params = Readonly<Record<string, string>>;

/** The question of an address; what it does not say, or says wrongly, is as usual. */
export function questionOf(params: URLSearchParams, standard: Question): Question {
  const text = (name: string): string => params.get(name) ?? '';
  return {
    window: windows.find((one) => one === text('window')) ?? standard.window,
    group: groups.find((one) => one === text('group')) ?? standard.group,
    unit: units.find((one) => one === text('unit')) ?? standard.unit,
    model: text('model'),
    user: text('user'),
    key: text('key'),
    project: text('project'),
    from: instantOf(text('from')),
    to: instantOf(text('to')),
  };
}

/** What of a question is not as usual, for the address. */
export function paramsOf(question: Question, standard: Question): Params {
  const all: [string, string][] = [
    ...(['window', 'group', 'unit'] as const).map((name): [string, string] => [name, question[name] === standard[name] ? '' : question[name]]),
    ...(['model', 'user', 'key', 'project'] as const).map((name): [string, string] => [name, question[name]]),
    ['from', instantText(question.from)],
    ['to', instantText(question.to)],
  ];
  return Object.fromEntries(all.filter(([, value]) => value !== ''));
}

/** The stretch of time that is asked for. It ends with the window that runs, so that it changes with each window only. */
export function spanOf({ window, from, to }: Question, now: EpochMs): Span {
  const length = lengthMs[window];
  const step = Math.min(length, lengthMs.hour);
  const end = to ?? now - (now % step) + step;
  return { from: from ?? end - usual[window] * length, to: end };
}

export type Flaw = { readonly kind: 'order' } | { readonly kind: 'too-long'; readonly windows: number };

export function flawOf({ window }: Question, { from, to }: Span): Flaw | null {
  if (from >= to) return { kind: 'order' };
  const count = Math.ceil((to - from) / lengthMs[window]);
  return count > WINDOWS_MAX ? { kind: 'too-long', windows: count } : null;
}

/** Where the meter is asked; of one tenant, where one is named. */
export function pathOf({ window, group, model, user, key, project }: Question, { from, to }: Span, tenant = ''): string {
  const params = new URLSearchParams({ window, group, from: String(from), to: String(to) });
  for (const [name, value] of Object.entries({ tenant, model, user, key, project })) if (value !== '') params.set(name, value);
  return `/v1/usage?${params.toString()}`;
}

const instantText = (at: EpochMs | null): string => (at === null ? '' : new Date(at).toISOString().replace(/:00\.000Z$/, 'Z'));

function instantOf(text: string): EpochMs | null {
  const at = /^\d{4}-\d\d-\d\dT\d\d:\d\d(:\d\d(\.\d{3})?)?Z$/.test(text) ? Date.parse(text) : Number.NaN;
  return Number.isNaN(at) || at < 0 ? null : at;
}
