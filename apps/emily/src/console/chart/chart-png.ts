import { readPalette } from './palette.ts';

/*
 * The charts of a stack as one picture, each under its title, on the panel's ground: what one pastes
 * into a report.
 */
const TITLE_PX = 26;
const MARGIN_PX = 12;

export function chartPng(stack: HTMLElement): Promise<Blob> {
  const plots = [...stack.querySelectorAll<HTMLElement>('[data-chart]')].flatMap((host) => {
    const canvas = host.querySelector('canvas');
    return canvas === null ? [] : [{ title: host.dataset.chart ?? '', canvas }];
  });
  const ratio = devicePixelRatio;
  const picture = document.createElement('canvas');
  picture.width = Math.max(...plots.map(({ canvas }) => canvas.width)) + 2 * MARGIN_PX * ratio;
  picture.height = plots.reduce((sum, { canvas }) => sum + canvas.height + TITLE_PX * ratio, 2 * MARGIN_PX * ratio);

  const pen = picture.getContext('2d');
  const colours = readPalette(stack);
  if (pen !== null) {
    pen.fillStyle = colours('panel');
    pen.fillRect(0, 0, picture.width, picture.height);
    pen.font = `600 ${13 * ratio}px system-ui, sans-serif`;
    let top = MARGIN_PX * ratio;
    for (const { title, canvas } of plots) {
      pen.fillStyle = colours('ink');
      pen.fillText(title, MARGIN_PX * ratio, top + 16 * ratio);
      pen.drawImage(canvas, MARGIN_PX * ratio, top + TITLE_PX * ratio);
      top += TITLE_PX * ratio + canvas.height;
    }
  }
  return new Promise((resolve, reject) => picture.toBlob((blob) => (blob === null ? reject(new Error('the canvas gave no picture')) : resolve(blob))));
}
