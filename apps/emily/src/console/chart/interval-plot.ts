import uPlot from 'uplot';
import 'uplot/dist/uPlot.min.css';
import type { EpochMs } from '../api.ts';
import { formatTicks } from '../format/number.ts';
import { formatTimeTick } from '../format/time.ts';
import { hatchPattern } from './hatch-pattern.ts';
import { intervalAt, type Interval } from './interval.ts';
import { readPalette, type Palette, type Token } from './palette.ts';

/*
 * Stacked columns over time, solid where final and hatched where provisional.
 *
 * uPlot keeps the scales, the axes and the cursor; the columns are painted here, because finality is
 * a property of each interval and not of a series. All solid columns of a layer are one path and all
 * hatched ones another, at most one a pixel, so that a month of minutes costs no more fills than an hour.
 */
export type PlotView = {
  readonly intervals: readonly Interval[];
  readonly from: EpochMs;
  readonly to: EpochMs;
  readonly frontier: EpochMs | null;
};

export type Layer = { readonly label: string; readonly token: Token };

/* In units of the root's font size, as in CSS. The gutters are --gutter-start and --gutter-end, where the completeness strip gets them from. */
const GUTTER_START_REM = 5.4;
const GUTTER_END_REM = 1.3;
const AXIS_REM = 1.75;
const FONT_REM = 0.8;
const FONT_FAMILY = 'system-ui, "Segoe UI", "Liberation Sans", sans-serif';
const TOP_PX = 6;
/** Columns at least this wide stand apart from each other and have an edge. */
const APART_FROM_PX = 5;

export type PlotOptions = {
  readonly heightRem: number;
  /** The root's font size in pixels. */
  readonly rem: number;
  readonly timeAxis: boolean;
};

export class IntervalPlot {
  readonly #plot: uPlot;
  readonly #layers: readonly Layer[];
  readonly #host: HTMLElement;
  #palette: Palette;
  #hatches = new Map<string, CanvasPattern | string>();
  #view: PlotView = { intervals: [], from: 0, to: 1, frontier: null };

  constructor(host: HTMLElement, layers: readonly Layer[], options: PlotOptions, onPoint: (index: number | null) => void) {
    const { heightRem, rem, timeAxis } = options;
    // A whole number of pixels: uPlot scales it for dense screens and reads no decimals.
    const font = `${Math.round(FONT_REM * rem)}px ${FONT_FAMILY}`;
    this.#host = host;
    this.#layers = layers;
    this.#palette = readPalette(host);
    const ink = (): string => this.#palette('ink-soft');
    const line = (): string => this.#palette('line');
    this.#plot = new uPlot({
      width: Math.max(1, host.clientWidth),
      height: Math.round(heightRem * rem),
      ms: 1,
      padding: [TOP_PX, GUTTER_END_REM * rem, timeAxis ? 0 : TOP_PX, 0],
      legend: { show: false },
      cursor: { y: false, points: { show: false }, drag: { x: false, y: false, setScale: false } },
      scales: {
        x: { time: true, range: () => [this.#view.from, this.#view.to] },
        y: { range: (_plot, _min, max) => [0, max > 0 ? max * 1.08 : 1] },
      },
      series: [{}, ...layers.map(() => ({ paths: () => null, points: { show: false } }))],
      axes: [
        {
          show: timeAxis, size: AXIS_REM * rem, gap: 4, font, stroke: ink, space: 5 * rem,
          grid: { stroke: line, width: 1 }, ticks: { stroke: line, width: 1, size: 4 },
          values: (_plot, splits) => splits.map((at) => formatTimeTick(at, this.#view.to - this.#view.from)),
        },
        {
          size: GUTTER_START_REM * rem, gap: 6, font, stroke: ink, space: 2 * rem,
          grid: { stroke: line, width: 1 }, ticks: { show: false },
          values: (_plot, splits) => [...formatTicks(splits)],
        },
      ],
      hooks: {
        draw: [() => this.#paint()],
        setCursor: [(plot) => {
          const { left } = plot.cursor;
          if (plot.cursor.event === undefined) return;
          onPoint(left === undefined || left < 0 ? null : intervalAt(this.#view.intervals, plot.posToVal(left, 'x')));
        }],
      },
    }, undefined, host);
    host.addEventListener('mouseleave', () => onPoint(null));
  }

  show(view: PlotView): void {
    if (view === this.#view) return;
    this.#view = view;
    this.#plot.setData([view.intervals.map(({ from }) => from), ...this.#layers.map((_, layer) => stackedTo(view.intervals, layer))]);
  }

  /** Puts the time cursor into the middle of an interval; null takes it away. */
  point(index: number | null): void {
    const interval = index === null ? undefined : this.#view.intervals[index];
    const left = interval === undefined ? -10 : this.#plot.valToPos((Math.max(interval.from, this.#view.from) + interval.to) / 2, 'x');
    this.#plot.setCursor({ left, top: interval === undefined ? -10 : 0 }, false);
  }

  /** The theme turned. */
  repaint(): void {
    this.#palette = readPalette(this.#host);
    this.#hatches.clear();
    this.#plot.redraw(false, true);
  }

  resize(width: number): void {
    if (width > 0 && width !== this.#plot.width) this.#plot.setSize({ width, height: this.#plot.height });
  }

  destroy(): void {
    this.#plot.destroy();
  }

  #paint(): void {
    const { ctx, bbox } = this.#plot;
    ctx.save();
    ctx.beginPath();
    ctx.rect(bbox.left, bbox.top, bbox.width, bbox.height);
    ctx.clip();
    this.#layers.forEach((layer, at) => this.#paintLayer(layer, at));
    this.#paintFrontier();
    ctx.restore();
  }

  #paintLayer({ token }: Layer, layer: number): void {
    const solid = new Path2D();
    const hatched = new Path2D();
    // The upper edge of what is hatched, where columns are wide enough: on narrow ones it would look solid.
    const edge = new Path2D();
    const apart = uPlot.pxRatio;
    for (const { left, right, high, low, final } of this.#columns(layer)) {
      const wide = right - left >= APART_FROM_PX * apart;
      const width = right - left - (wide ? apart : 0);
      (final ? solid : hatched).rect(left, high, width, low - high);
      if (final || !wide) continue;
      edge.moveTo(left, high);
      edge.lineTo(left + width, high);
    }
    this.#fill(solid, this.#palette(token));
    this.#fill(hatched, this.#hatch(token));
    this.#stroke(edge, this.#palette(token));
  }

  /* What a layer draws, in pixels. Intervals of one finality that begin in one pixel are one column, as high as the highest. */
  #columns(layer: number): readonly Column[] {
    const columns: Column[] = [];
    let last: Column | undefined;
    for (const { from, to, final, values } of this.#view.intervals) {
      if (values === null || to <= this.#view.from) continue;
      let bottom = 0;
      for (let below = 0; below < layer; below++) bottom += values[below] ?? 0;
      const top = bottom + (values[layer] ?? 0);
      if (top === bottom) continue;
      const left = this.#x(from);
      const right = Math.max(left + 1, this.#x(to));
      const high = this.#y(top);
      const low = this.#y(bottom);
      if (last?.left === left && last.final === final) {
        last.right = right;
        last.high = Math.min(last.high, high);
        last.low = Math.max(last.low, low);
      } else {
        last = { left, right, high, low, final };
        columns.push(last);
      }
    }
    return columns;
  }

  #stroke(path: Path2D, colour: string): void {
    const { ctx } = this.#plot;
    ctx.strokeStyle = colour;
    ctx.lineWidth = uPlot.pxRatio;
    ctx.setLineDash([]);
    ctx.stroke(path);
  }

  #fill(path: Path2D, style: CanvasPattern | string): void {
    const { ctx } = this.#plot;
    ctx.fillStyle = style;
    ctx.fill(path);
  }

  #paintFrontier(): void {
    const { frontier, from, to } = this.#view;
    if (frontier === null || frontier <= from || frontier >= to) return;
    const { ctx, bbox } = this.#plot;
    const x = this.#x(frontier);
    ctx.strokeStyle = this.#palette('ink-soft');
    ctx.lineWidth = 1.5 * uPlot.pxRatio;
    ctx.setLineDash([4 * uPlot.pxRatio, 3 * uPlot.pxRatio]);
    ctx.beginPath();
    ctx.moveTo(x, bbox.top);
    ctx.lineTo(x, bbox.top + bbox.height);
    ctx.stroke();
  }

  #x(at: EpochMs): number {
    return Math.round(this.#plot.valToPos(at, 'x', true));
  }

  #y(value: number): number {
    return Math.round(this.#plot.valToPos(value, 'y', true));
  }

  #hatch(token: Token): CanvasPattern | string {
    let hatch = this.#hatches.get(token);
    if (hatch === undefined) {
      hatch = hatchPattern(this.#plot.ctx, this.#palette(token), uPlot.pxRatio);
      this.#hatches.set(token, hatch);
    }
    return hatch;
  }
}

type Column = { readonly left: number; right: number; high: number; low: number; readonly final: boolean };

const stackedTo = (intervals: readonly Interval[], layer: number): (number | null)[] =>
  intervals.map(({ values }) => values === null ? null : values.slice(0, layer + 1).reduce((sum, value) => sum + value, 0));
