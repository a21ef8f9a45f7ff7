import { readFileSync } from 'node:fs';
import { expect, test } from 'vitest';

const css = readFileSync(new URL('./tokens.css', import.meta.url), 'utf8');

/** The two halves of every colour token: [light, dark]. */
const colours = new Map([...css.matchAll(/--([\w-]+): light-dark\((#[0-9a-f]{6}), (#[0-9a-f]{6})\)/g)].map(([, name = '', light = '', dark = '']) => [name, [light, dark] as const]));

/** Contrast as WCAG 2 defines it, 1 to 21. */
function contrast(a: string, b: string): number {
  const [high = 0, low = 0] = [luminance(a), luminance(b)].sort((x, y) => y - x);
  return (high + 0.05) / (low + 0.05);
}

function luminance(colour: string): number {
  const [red = 0, green = 0, blue = 0] = [1, 3, 5].map((at) => {
    const channel = Number.parseInt(colour.slice(at, at + 2), 16) / 255;
    return channel <= 0.04045 ? channel / 12.92 : ((channel + 0.055) / 1.055) ** 2.4;
  });
  return 0.2126 * red + 0.7152 * green + 0.0722 * blue;
}

function colour(name: string, theme: 0 | 1): string {
  const pair = colours.get(name);
  if (pair === undefined) throw new Error(`tokens.css has no colour --${name} with a light and a dark half`);
  return pair[theme];
}

const texts = ['ink', 'ink-soft', 'accent', 'attention', 'bad'];
const grounds = ['ground', 'panel', 'raised', 'hover'];

test.each([[0, 'light'], [1, 'dark']] as const)('text reads at 4.5 : 1 or better on every ground (theme %i, %s)', (theme) => {
  for (const text of texts) for (const ground of grounds) {
    expect(contrast(colour(text, theme), colour(ground, theme)), `${text} on ${ground}`).toBeGreaterThanOrEqual(4.5);
  }
  expect(contrast(colour('attention', theme), colour('attention-ground', theme))).toBeGreaterThanOrEqual(4.5);
});

test.each([[0, 'light'], [1, 'dark']] as const)('data, marks and the focus ring stand out at 3 : 1 or better (theme %i, %s)', (theme) => {
  for (const mark of ['data-requests', 'data-input', 'data-output', 'good', 'focus']) {
    expect(contrast(colour(mark, theme), colour('panel', theme)), mark).toBeGreaterThanOrEqual(3);
  }
});
