import type { Hue } from './palette.ts';

/** The width of a column, which is a unit of time, in pixels. */
export const CELL = 46;
/** The width of what stands left of time: the names of the lanes. */
export const GUTTER = 84;
/** The width of a character of the labels. */
export const CHARACTER = 7.3;

export const MARBLE = 12;

/** Where the column or the unit of time `n` begins. */
export const edge = (n: number): number => GUTTER + n * CELL;
export const centre = (n: number): number => edge(n) + CELL / 2;

/** What is a fact or final, a stretch of time, what may still change, what did not count or is gone. */
export type Look = 'solid' | 'tinted' | 'hatched' | 'hollow';

/** A box with a label; `x` is its left side, `y` its middle. */
export function box(at: { readonly x: number; readonly y: number; readonly width: number; readonly height: number }, label: string, hue: Hue, look: Look): string {
  const { x, y, width, height } = at;
  const rect = `<rect class="${hue} ${look}"${paint(hue, look)} x="${n(x)}" y="${n(y - height / 2)}" width="${n(width)}" height="${n(height)}" rx="5"/>`;
  return `${rect}<text class="${hue} ${look === 'solid' ? 'on' : 'in'} middle" x="${n(x + width / 2)}" y="${n(y + 4)}">${escaped(label)}</text>`;
}

export function marble(x: number, y: number, letter: string, hue: Hue, look: Look): string {
  const circle = `<circle class="${hue} ${look}"${paint(hue, look)} cx="${n(x)}" cy="${n(y)}" r="${MARBLE}"/>`;
  return `${circle}<text class="${hue} ${look === 'solid' ? 'on' : 'in'} middle" x="${n(x)}" y="${n(y + 4)}">${escaped(letter)}</text>`;
}

/** The stripes of what may still change, one pattern a hue. */
export function stripes(hue: Hue): string {
  return `<pattern id="stripes-${hue}" class="${hue}" width="7" height="7" patternUnits="userSpaceOnUse" patternTransform="rotate(45)"><rect class="ground" width="7" height="7"/><line class="stripes" x1="1.25" y1="0" x2="1.25" y2="7"/></pattern>`;
}

export const lineOf = (className: string, x1: number, y1: number, x2: number, y2: number): string =>
  `<line class="${className}" x1="${n(x1)}" y1="${n(y1)}" x2="${n(x2)}" y2="${n(y2)}"/>`;

export const textOf = (className: string, x: number, y: number, text: string): string =>
  `<text class="${className}" x="${n(x)}" y="${n(y)}">${escaped(text)}</text>`;

export const escaped = (text: string): string => text.replaceAll('&', '&amp;').replaceAll('<', '&lt;').replaceAll('>', '&gt;').replaceAll('"', '&quot;');

/** A number without a tail. */
export const n = (value: number): string => String(Math.round(value * 10) / 10);

const paint = (hue: Hue, look: Look): string => (look === 'hatched' ? ` fill="url(#stripes-${hue})"` : '');
