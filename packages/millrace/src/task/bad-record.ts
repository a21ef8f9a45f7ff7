import { TEXT_CHARACTERS_MAX, kindOf, shortened } from '../reason.ts';
import type { BadReason } from './source.ts';

/** A record or a row that could not be processed, set aside with the reason. */
export interface BadRecord {
  readonly source: string;
  readonly partition: number;
  /** Its place in the partition: the number of records before it. */
  readonly offset: number;
  /** When the engine first saw it. */
  readonly arrival: number;
  readonly reason: BadReason;
  readonly message: string;
  /** What came, shortened to RAW_CHARACTERS_MAX. */
  readonly raw: string;
}

export const RAW_CHARACTERS_MAX: number = TEXT_CHARACTERS_MAX;

/** What came, as text that people can read, whatever it was. */
export function rawText(value: unknown): string {
  let text: string;
  try {
    text = typeof value === 'string' ? value : (JSON.stringify(value, bigintAsText) ?? String(value));
  } catch {
    // Circular, or with a toJSON that throws: there is no text of it, but its kind can be told.
    text = kindOf(value);
  }
  return shortened(text);
}

function bigintAsText(_name: string, value: unknown): unknown {
  return typeof value === 'bigint' ? `${value}n` : value;
}
