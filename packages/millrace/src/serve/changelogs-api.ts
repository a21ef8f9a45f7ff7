import { jsonText } from '../connector/json-text.ts';
import type { PostRoute, Question } from '../port/http-get.ts';
import { HttpProblem } from '../port/http-problem.ts';
import { checkNames } from './question.ts';
import type { ServedProgram, ServedSubscriptions } from './served.ts';
import { problemOf, refused } from './tables-api.ts';

type Body = Readonly<Record<string, unknown>>;

/** What subscribers of changelogs say over HTTP; nothing where the program does not take it there. */
export function changelogRoutes({ subscriptions }: ServedProgram): readonly PostRoute[] {
  if (subscriptions === undefined) return [];
  return [
    route('/changelogs/:changelog/subscribe', ['from'], (changelog, subscriber, body) => subscribe(subscriptions, changelog, subscriber, body)),
    route('/changelogs/:changelog/acknowledge', ['position'], async (changelog, subscriber, { position }) => {
      if (!Number.isSafeInteger(position) || (position as number) < 0) throw badSubscription('position: that of a change, from 0', shown(position));
      return { acknowledged: await subscriptions.acknowledge(changelog, subscriber, position as number) };
    }),
    route('/changelogs/:changelog/unsubscribe', [], async (changelog, subscriber) => {
      await subscriptions.unsubscribe(changelog, subscriber);
      return {};
    }),
  ];
}

async function subscribe(subscriptions: ServedSubscriptions, changelog: string, subscriber: string, { from = 'oldest' }: Body): Promise<object> {
  if (from !== 'oldest' && from !== 'newest') throw badSubscription("from: 'oldest' or 'newest'", shown(from));
  return { acknowledged: await subscriptions.subscribe(changelog, subscriber, from) };
}

function route(path: string, more: readonly string[], take: (changelog: string, subscriber: string, body: Body) => Promise<object>): PostRoute {
  const names = ['subscriber', ...more];
  return {
    path,
    take: async ({ params: { changelog = '' }, query }: Question, text) => {
      checkNames(query, []);
      const body = bodyOf(text, names);
      const { subscriber } = body;
      if (typeof subscriber !== 'string' || subscriber.trim() === '') throw badSubscription('subscriber: text', shown(subscriber));
      try {
        return jsonText({ changelog, subscriber, ...(await take(changelog, subscriber, body)) });
      } catch (error) {
        if (error instanceof RangeError) throw badSubscription('what a changelog takes', error.message);
        throw changelogProblem(error);
      }
    },
  };
}

function bodyOf(text: string, names: readonly string[]): Body {
  let found: unknown;
  try {
    found = JSON.parse(text);
  } catch {
    throw badSubscription('JSON', text === '' ? 'nothing' : text.slice(0, 100));
  }
  if (typeof found !== 'object' || found === null || Array.isArray(found)) throw badSubscription('an object', text.slice(0, 100));
  const other = Object.keys(found).find((name) => !names.includes(name));
  if (other !== undefined) throw badSubscription(names.join(', '), other);
  return found as Body;
}

const shown = (value: unknown): string => JSON.stringify(value) ?? 'nothing';

function badSubscription(expected: string, got: string): HttpProblem {
  return new HttpProblem({ status: 400, code: 'BAD_SUBSCRIPTION', message: 'This cannot be taken.', expected, got, cure: 'Post { "subscriber" }, and { "position" } to acknowledge, as application/json.' });
}

/** Why a changelog refuses, as an answer; what is no refusal stays what it is. */
export function changelogProblem(error: unknown): unknown {
  const { code, message } = error as { code?: unknown; message: string };
  if (code === 'UNKNOWN_CHANGELOG') return refused(404, code, 'The program has no such changelog.', 'one of /changelogs', message, 'Look at /changelogs for what there is.');
  if (code === 'UNKNOWN_SUBSCRIBER') return refused(404, code, 'Nobody of this name subscribes.', 'a subscriber', message, 'Post { "subscriber" } to /changelogs/NAME/subscribe first.');
  if (code === 'SUBSCRIBER_BEHIND') return refused(410, code, 'Changes that were not acknowledged are no longer kept.', 'a subscriber that keeps up', message, 'Read the table anew, and acknowledge the position before the first that is kept.');
  if (code === 'ACKNOWLEDGED_BACKWARDS') return refused(409, code, 'A later position was acknowledged.', 'positions in order', message, 'Go on from what is acknowledged; it is in /changelogs.');
  if (code === 'ACKNOWLEDGED_AHEAD') return refused(409, code, 'There is no such position yet.', 'the position of a change that was read', message, 'Acknowledge what was read.');
  if (code === 'TOO_MANY_SUBSCRIBERS') return refused(409, code, 'The changelog has no room for another subscriber.', 'fewer subscribers', message, 'Unsubscribe those that are gone.');
  return problemOf(error);
}
