import { strings } from '../strings.ts';
import { hatchPattern } from './hatch-pattern.ts';
import type { Layer } from './interval-plot.ts';
import { readPalette, type Palette } from './palette.ts';

/*
 * The charts of a stack as one picture, each under its title, on the panel's ground, and below them their
 * key and when and where it was: what one pastes into a report, where nothing else says it.
 */
const TITLE_PX = 26;
const MARGIN_PX = 12;
const LINE_PX = 20;
const SWATCH_PX = 10;
const SWATCH_GAP_PX = 6;
const ENTRY_GAP_PX = 18;

export type Caption = {
  readonly layers: readonly Layer[];
  /** The stretch of time, in which zone. */
  readonly stretch: string;
};

export function chartPng(stack: HTMLElement, caption: Caption): Promise<Blob> {
  const plots = [...stack.querySelectorAll<HTMLElement>('[data-chart]')].flatMap((host) => {
    const canvas = host.querySelector('canvas');
    return canvas === null ? [] : [{ title: host.dataset.chart ?? '', canvas }];
  });
  const ratio = devicePixelRatio;
  const margin = MARGIN_PX * ratio;
  const picture = document.createElement('canvas');
  picture.width = Math.max(...plots.map(({ canvas }) => canvas.width)) + 2 * margin;
  const charts = plots.reduce((sum, { canvas }) => sum + canvas.height + TITLE_PX * ratio, margin);

  const pen = picture.getContext('2d');
  if (pen !== null) {
    const colours = readPalette(stack);
    pen.font = keyFont(ratio);
    const key = laidOut(pen, entriesOf(pen, caption, colours, ratio), picture.width - 2 * margin, ratio);
    // A canvas that changes its size is as new.
    picture.height = charts + ((key.at(-1)?.line ?? 0) + 1) * LINE_PX * ratio + margin;
    pen.fillStyle = colours('panel');
    pen.fillRect(0, 0, picture.width, picture.height);
    pen.font = `600 ${13 * ratio}px system-ui, sans-serif`;
    let top = margin;
    for (const { title, canvas } of plots) {
      pen.fillStyle = colours('ink');
      pen.fillText(title, margin, top + 16 * ratio);
      pen.drawImage(canvas, margin, top + TITLE_PX * ratio);
      top += TITLE_PX * ratio + canvas.height;
    }
    pen.font = keyFont(ratio);
    for (const { style, text, left, line } of key) {
      const base = top + (line + 0.75) * LINE_PX * ratio;
      const shift = style === null ? 0 : (SWATCH_PX + SWATCH_GAP_PX) * ratio;
      pen.fillStyle = style ?? colours('ink');
      if (style !== null) pen.fillRect(margin + left, base - (SWATCH_PX - 1) * ratio, SWATCH_PX * ratio, SWATCH_PX * ratio);
      pen.fillStyle = colours('ink');
      pen.fillText(text, margin + left + shift, base);
    }
  }
  return new Promise((resolve, reject) => picture.toBlob((blob) => (blob === null ? reject(new Error('the canvas gave no picture')) : resolve(blob))));
}

const keyFont = (ratio: number): string => `${12 * ratio}px system-ui, sans-serif`;

type Entry = { readonly style: string | CanvasPattern | null; readonly text: string };
type Placed = Entry & { readonly left: number; readonly line: number };

/* The colours, what is solid and what is hatched, and the stretch of time. */
function entriesOf(pen: CanvasRenderingContext2D, { layers, stretch }: Caption, colours: Palette, ratio: number): readonly Entry[] {
  return [
    ...layers.map(({ label, token }) => ({ style: colours(token), text: label })),
    { style: colours('ink-soft'), text: strings.finality.final },
    { style: hatchPattern(pen, colours('ink-soft'), ratio), text: strings.finality.provisional },
    { style: null, text: stretch },
  ];
}

/* Beside each other as far as there is room, then on the next line. */
function laidOut(pen: CanvasRenderingContext2D, entries: readonly Entry[], room: number, ratio: number): readonly Placed[] {
  let left = 0;
  let line = 0;
  return entries.map((entry) => {
    const width = pen.measureText(entry.text).width + (entry.style === null ? 0 : (SWATCH_PX + SWATCH_GAP_PX) * ratio);
    if (left > 0 && left + width > room) {
      left = 0;
      line += 1;
    }
    const placed = { ...entry, left, line };
    left += width + ENTRY_GAP_PX * ratio;
    return placed;
  });
}
