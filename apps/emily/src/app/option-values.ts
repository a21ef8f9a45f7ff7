import { InvalidArgumentError } from 'commander';
import { rfc3339Ms } from './rfc3339.ts';

/*
 * What the values of options may be: each function takes the text and gives the value, or says what was expected.
 */

export function wholeNumber(text: string): number {
  if (!/^\d{1,15}$/.test(text)) throw new InvalidArgumentError(`expected a whole number, got '${text}'`);
  return Number(text);
}

/** An empty path would mean the folder in which Emily was started. */
export function folderPath(text: string): string {
  if (text.trim() === '') throw new InvalidArgumentError('expected the path of a folder, got an empty text');
  return text;
}

export function filePath(text: string): string {
  if (text.trim() === '') throw new InvalidArgumentError('expected the path of a file, got an empty text');
  return text;
}

export function hostAddress(text: string): string {
  if (text.trim() === '') throw new InvalidArgumentError('expected an address to listen on, got an empty text');
  return text;
}

/** Where browsers find Emily: an origin, and nothing behind it. */
export function publicUrl(text: string): URL {
  const url = URL.parse(text);
  if (url === null || !/^https?:$/.test(url.protocol) || url.href !== `${url.origin}/`) throw new InvalidArgumentError(`expected an address as https://emily.example, got '${text}'`);
  return url;
}

export function portNumber(text: string): number {
  const number = wholeNumber(text);
  if (number > 65_535) throw new InvalidArgumentError(`expected a port from 0 to 65535, got '${text}'`);
  return number;
}

export function atLeastOne(text: string): number {
  const number = wholeNumber(text);
  if (number < 1) throw new InvalidArgumentError('expected at least 1');
  return number;
}

export function replaySpeed(text: string): number | 'max' {
  if (text === 'max') return 'max';
  const times = Number(text);
  if (!(times > 0) || !Number.isFinite(times)) throw new InvalidArgumentError(`expected a number above 0, or 'max', got '${text}'`);
  return times;
}

/** A moment: RFC 3339, or ms since 1970 as the API has them. */
export function timeMs(text: string): number {
  const ms = /^\d+$/.test(text) ? Number(text) : rfc3339Ms(text);
  if (ms === undefined || !Number.isSafeInteger(ms)) throw new InvalidArgumentError(`expected a time as 2027-01-31T12:00:00Z, got '${text}'`);
  return ms;
}

export function shareOfOne(text: string): number {
  const number = Number(text);
  if (text.trim() === '' || !(number >= 0 && number <= 1)) throw new InvalidArgumentError(`expected a share from 0 to 1, got '${text}'`);
  return number;
}

export function zoneName(text: string): string {
  try {
    return Intl.DateTimeFormat('en', { timeZone: text }).resolvedOptions().timeZone;
  } catch {
    throw new InvalidArgumentError(`'${text}' is not an IANA time zone, such as 'Europe/Berlin'`);
  }
}
