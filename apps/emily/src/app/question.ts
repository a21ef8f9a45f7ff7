import type { FastifyReply } from 'fastify';
import type { Problem } from '../gateway/problem.ts';
import { badParameter, refuse } from './refuse.ts';

/** The parameters of a question, each at most once. */
export type Question = Readonly<Record<string, string | undefined>>;

/**
 * The parameters of a question, or undefined where one is refused and the answer given: one that would be
 * ignored, because a total that was not narrowed down must not pass for one that was, and one that came twice.
 */
export function questionOf(query: unknown, known: readonly string[], reply: FastifyReply): Question | undefined {
  const problem = flawOf(query as Readonly<Record<string, unknown>>, known);
  if (problem === undefined) return query as Question;
  void refuse(reply, problem);
  return undefined;
}

function flawOf(query: Readonly<Record<string, unknown>>, known: readonly string[]): Problem | undefined {
  const names = known.length === 0 ? 'no parameter' : `one of ${known.join(', ')}`;
  for (const [name, value] of Object.entries(query)) {
    if (!known.includes(name)) {
      const message = `There is no parameter '${name}'; there ${known.length === 0 ? 'is none' : `are ${known.join(', ')}`}.`;
      return { ...badParameter(name, names, name), message, cure: `Leave ${name} out.` };
    }
    if (typeof value !== 'string') {
      const came = `${(value as readonly string[]).length} times`;
      return { ...badParameter(name, 'given once', came), message: `${name} is given ${came}, and which one counts would depend on who reads it.`, cure: `Give ${name} once.` };
    }
  }
  return undefined;
}

/** A whole number written as plain digits; undefined for anything else, and for more than is exact. */
export function plainNumber(text: string): number | undefined {
  const number = /^(0|[1-9]\d{0,15})$/.test(text) ? Number(text) : Number.NaN;
  return Number.isSafeInteger(number) ? number : undefined;
}

/** Whether a text names a month of the calendar, as 2026-11 does. */
export const isMonth = (text: string): boolean => /^\d{4}-(0[1-9]|1[0-2])$/.test(text);
