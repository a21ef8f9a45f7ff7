import { excerpt, type Problem } from '../gateway/problem.ts';
import { jsonOf } from './json-body.ts';

/** What somebody wants, read from a body that has these members and no others; or what is wrong with it, in a sentence. */
export function wished<W>(body: unknown, members: readonly string[], wishOf: (body: Readonly<Record<string, unknown>>) => W | string): W | string {
  const read = jsonOf(body, { members });
  if ('flaw' in read) return `The body ${read.flaw}.`;
  const { value } = read;
  if (typeof value !== 'object' || value === null || Array.isArray(value)) return 'The body is JSON, and no object.';
  const other = Object.keys(value).find((name) => !members.includes(name));
  return other === undefined ? wishOf(value as Readonly<Record<string, unknown>>) : `There is no member '${excerpt(other)}'; there ${members.length === 1 ? 'is' : 'are'} ${members.join(', ')}.`;
}

/** An answer to a body that asks of accounts what cannot be done. */
export const badBody = (flaw: string, members: readonly string[]): Problem => ({
  status: 400,
  code: 'invalid_account',
  message: flaw,
  expected: `the JSON of an object with ${members.join(', ')}`,
  got: 'something else',
  cure: 'Correct the body, and send it as application/json.',
});
