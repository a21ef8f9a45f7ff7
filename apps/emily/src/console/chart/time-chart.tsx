import { useEffect, useEffectEvent, useRef, type ReactElement } from 'react';
import { onTheme } from '../shell/theme.ts';
import { IntervalPlot, type Layer, type PlotView } from './interval-plot.ts';
import { useRem } from './use-rem.ts';
import './chart.css';

/** One pane of a stack of time charts. The stack owns the time cursor, so that all its panes share it. */
export function TimeChart({ title, readout, layers, view, heightRem, timeAxis, cursor, onCursor }: {
  readonly title: string;
  /** The values under the cursor, or the newest. */
  readonly readout: ReactElement;
  /** With other layers the chart is made anew. */
  readonly layers: readonly Layer[];
  readonly view: PlotView;
  readonly heightRem: number;
  readonly timeAxis: boolean;
  readonly cursor: number | null;
  readonly onCursor: (index: number | null) => void;
}): ReactElement {
  const host = useRef<HTMLDivElement>(null);
  const plot = useRef<IntervalPlot | null>(null);
  const rem = useRem();
  const point = useEffectEvent(onCursor);
  const again = useEffectEvent((made: IntervalPlot) => {
    made.show(view);
    made.point(cursor);
  });

  useEffect(() => {
    const element = host.current;
    if (element === null) return;
    const made = new IntervalPlot(element, layers, { heightRem, rem, timeAxis }, point);
    plot.current = made;
    again(made);
    const watch = new ResizeObserver(() => made.resize(element.clientWidth));
    watch.observe(element);
    const forget = onTheme(() => made.repaint());
    return () => {
      watch.disconnect();
      forget();
      made.destroy();
    };
  }, [layers, heightRem, rem, timeAxis]);

  useEffect(() => {
    plot.current?.show(view);
    plot.current?.point(cursor);
  }, [view, cursor]);

  return (
    <figure className="chart">
      <figcaption className="chart-head"><span className="chart-title">{title}</span>{readout}</figcaption>
      <div ref={host} className="chart-plot" data-chart={title} aria-hidden="true" />
    </figure>
  );
}
