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

function luminance(hex: string): number {
  const [red = 0, green = 0, blue = 0] = [1, 3, 5].map((at) => {
    const channel = Number.parseInt(hex.slice(at, at + 2), 16) / 255;
    return channel <= 0.04045 ? channel / 12.92 : ((channel + 0.055) / 1.055) ** 2.4;
  });
  return 0.2126 * red + 0.7152 * green + 0.0722 * blue;
}

function half(name: string, theme: Theme): string {
  const pair = colours.get(name);
  if (pair === undefined) throw new Error(`tokens.css has no colour --${name} with a light and a dark half`);
  return pair[theme === 'light' ? 0 : 1];
}

type Theme = 'light' | 'dark';

/** The pairs that are too close, so that a failure names them. */
const tooClose = (fronts: readonly string[], grounds: readonly string[], theme: Theme, least: number): readonly string[] =>
  fronts.flatMap((front) => grounds.filter((ground) => contrast(half(front, theme), half(ground, theme)) < least).map((ground) => `${front} on ${ground}`));

test.each<Theme>(['light', 'dark'])('text reads at 4.5 : 1 or better on every ground, in %s', (theme) => {
  expect(tooClose(['ink', 'ink-soft', 'accent', 'attention', 'bad'], ['ground', 'panel', 'raised', 'hover'], theme, 4.5)).toEqual([]);
  expect(tooClose(['attention'], ['attention-ground'], theme, 4.5)).toEqual([]);
});

test.each<Theme>(['light', 'dark'])('data, marks and the focus ring stand out at 3 : 1 or better, in %s', (theme) => {
  expect(tooClose(['data-requests', 'data-input', 'data-output', 'data-1', 'data-2', 'data-3', 'data-4', 'data-5', 'data-others', 'good', 'focus'], ['panel'], theme, 3)).toEqual([]);
});
