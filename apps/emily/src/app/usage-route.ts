import type { FastifyPluginAsync } from 'fastify';
import { calendar, hours, tumbling, type Interval, type Program, type Row } from 'millrace';
import type { Problem } from '../gateway/problem.ts';
import type { UsageKey, UsageTotals } from '../meter/meter.ts';
import type { Access } from './access.ts';
import { asOf } from './as-of.ts';
import { logs, type EmilyTables } from './program.ts';
import { plainNumber, questionOf } from './question.ts';
import { badParameter, refuse } from './refuse.ts';
import { addUp, intoLonger, SumTooLarge, type Grouping, type ProjectOf } from './usage-query.ts';

export type UsageOptions = {
  readonly program: Program<EmilyTables>;
  readonly projectOf: ProjectOf;
  readonly access: Access;
  /** Days follow this zone's calendar, as months do. */
  readonly zone: string;
  /** For how long minutes are kept, of which hours and days are made. */
  readonly minutesKeptMs: number;
};

const windows = ['minute', 'hour', 'day', 'month'] as const;
type WindowName = (typeof windows)[number];
const groupings: readonly string[] = ['none', 'tenant', 'model', 'user', 'key', 'project'];
const parameters: readonly string[] = ['window', 'from', 'to', 'group', 'tenant', 'user', 'model', 'key', 'project'];
/** More than there are days of which minutes are kept. */
const DAYS_REMEMBERED_MAX = 64;
const aTime = 'whole ms since 1970 in plain digits';

const sumTooLarge = ({ message, quantity }: SumTooLarge): Problem => ({
  status: 422,
  code: 'sum_too_large',
  message: `This cannot be answered exactly: ${message}. Ask for it apart, with group=user, or by minute.`,
  expected: `sums up to ${Number.MAX_SAFE_INTEGER}`,
  got: `a larger one of ${quantity}`,
  cure: 'Ask for it apart, with group=user, or by minute.',
});

/** `GET /v1/usage`: the same for customers, with their own numbers only, and for the console. */
export const usageRoute = ({ program, projectOf, access, zone, minutesKeptMs }: UsageOptions): FastifyPluginAsync => async (app) => {
  const longer: Readonly<Partial<Record<WindowName, (time: number) => Interval>>> = { hour: tumbling(hours(1)).at, day: remembering(calendar.day(zone).at) };

  app.get('/v1/usage', async (request, reply) => {
    const viewer = await access.reader(request, reply);
    if (viewer === undefined) return reply;
    const question = questionOf(request.query, parameters, reply);
    if (question === undefined) return reply;
    const { window = 'month', tenant, user, model, key, project, from = '0', to = String(Number.MAX_SAFE_INTEGER), group = 'model' } = question;
    if (!isWindow(window)) return refuse(reply, badParameter('window', `one of ${windows.join(', ')}`, window));
    if (!groupings.includes(group)) return refuse(reply, badParameter('group', `one of ${groupings.join(', ')}`, group));
    const [start, end] = [plainNumber(from), plainNumber(to)];
    if (start === undefined) return refuse(reply, badParameter('from', aTime, from));
    if (end === undefined) return refuse(reply, badParameter('to', aTime, to));
    const { perMinute, perMonth, sentInPerMinute, sentInPerMonth } = program.tables;
    const [here, elsewhere] = window === 'month' ? [perMonth, sentInPerMonth] : [perMinute, sentInPerMinute];
    const at = longer[window];
    const known = asOf(program);
    // Before the tables are asked: what they say is at least as new.
    const frontiers = [frontierOf(program, logs.usage), frontierOf(program, logs.events)] as const;
    const isAsked = (row: Row<UsageKey, UsageTotals>): boolean => {
      if (row.window === undefined) return false;
      // Of a longer window all of its minutes, also those outside of what was asked for.
      const asked = at === undefined ? row.window : at(row.window.start);
      return asked.end > start &&
        asked.start < end &&
        (viewer.of === undefined || row.key.tenant === viewer.of) &&
        (tenant ?? row.key.tenant) === row.key.tenant &&
        (user ?? row.key.user) === row.key.user &&
        (model ?? row.key.model) === row.key.model &&
        (key ?? row.key.key) === row.key.key &&
        (project === undefined || project === projectOf(row.key.key));
    };
    // Both are asked before either is waited for, so that they answer as of the same commit.
    const [called, sentIn] = await Promise.all([here.scan(isAsked), elsewhere.scan(isAsked)]);
    const inWindows = (rows: readonly Row<UsageKey, UsageTotals>[], frontier: number): readonly Row<UsageKey, UsageTotals>[] =>
      at === undefined ? rows : intoLonger(rows, { at, frontier, since: minutesKeptMs === Number.POSITIVE_INFINITY ? 0 : frontier - minutesKeptMs });
    try {
      const data = [...addUp(inWindows(called, frontiers[0]), group as Grouping, 'here', projectOf), ...addUp(inWindows(sentIn, frontiers[1]), group as Grouping, 'elsewhere', projectOf)];
      return { data: data.sort((a, b) => a.window.start - b.window.start), asOf: known };
    } catch (error) {
      if (!(error instanceof SumTooLarge)) throw error;
      return refuse(reply, sumTooLarge(error));
    }
  });
};

/** The calendar asked once for each of its days, and not for each of their minutes. */
function remembering(at: (time: number) => Interval): (time: number) => Interval {
  let days: Interval[] = [];
  return (time) => {
    const known = days.find(({ start, end }) => time >= start && time < end);
    if (known !== undefined) return known;
    const day = at(time);
    days = [...days.slice(1 - DAYS_REMEMBERED_MAX), day];
    return day;
  };
}

const isWindow = (text: string): text is WindowName => (windows as readonly string[]).includes(text);

const frontierOf = (program: Program<EmilyTables>, log: string): number => program.status().sources[log]?.[0]?.frontier ?? -1;
