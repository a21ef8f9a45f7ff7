import { wordsMax } from '../words.ts';
import { UnexpectedLine } from './trace-format.ts';

/** The most tokens one request of a trace may have: a replay sends a word for each. */
export const tokenCountMax: number = wordsMax;

/** Checks a count of tokens as a trace wrote it. */
export function tokenCount(value: unknown, column: string): number {
  const count = typeof value === 'string' && /^\d+$/.test(value) ? Number(value) : value;
  if (Number.isInteger(count) && (count as number) >= 0 && (count as number) <= tokenCountMax) return count as number;
  throw new UnexpectedLine(`${column} to be a whole number from 0 to ${tokenCountMax}`);
}
