/*
 * The hatch of `truth/hatch.css` for a canvas: a tile of diagonal lines over a faint tint. The tile is
 * fixed to the canvas, so a moving chart slides under a hatch that stands still.
 */
const PERIOD_PX = 7;
const LINE_PX = 1.5;
const TINT = 0.18;

export function hatchPattern(context: CanvasRenderingContext2D, colour: string, pixelRatio: number): CanvasPattern | string {
  const size = Math.round(PERIOD_PX * pixelRatio);
  const tile = document.createElement('canvas');
  tile.width = size;
  tile.height = size;
  const pen = tile.getContext('2d');
  if (pen === null) return colour;
  pen.fillStyle = colour;
  pen.globalAlpha = TINT;
  pen.fillRect(0, 0, size, size);
  pen.globalAlpha = 1;
  pen.strokeStyle = colour;
  pen.lineWidth = LINE_PX * pixelRatio;
  pen.lineCap = 'square';
  pen.beginPath();
  // Three parallels, so that the corners of neighbouring tiles meet.
  for (const shift of [-size, 0, size]) {
    pen.moveTo(shift, size);
    pen.lineTo(shift + size, 0);
  }
  pen.stroke();
  return context.createPattern(tile, 'repeat') ?? colour;
}
