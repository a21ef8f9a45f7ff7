import type { CSSProperties, ReactElement } from 'react';
import type { EpochMs, Gap, Producer } from '../api.ts';
import { formatCount } from '../format/number.ts';
import { formatClock } from '../format/time.ts';
import { strings } from '../strings.ts';
import { Explained } from '../truth/explained.tsx';
import { gapRanges } from './gap.ts';
import './completeness-strip.css';

/**
 * How completely each gateway has reported, on the time axis of the charts above: filled where
 * nothing is missing, outlined where sequence numbers are, a dashed tail since it went silent or was given up.
 */
export function CompletenessStrip({ producers, from, to, frontier }: {
  readonly producers: readonly Producer[];
  readonly from: EpochMs;
  readonly to: EpochMs;
  readonly frontier: EpochMs | null;
}): ReactElement {
  const say = strings.completeness;
  if (producers.length === 0) return <p className="strip-none">{say.none}</p>;
  const place = (start: EpochMs, end: EpochMs): CSSProperties | null => {
    const left = Math.max(start, from);
    const right = Math.min(end, to);
    return right <= left ? null : { left: percent((left - from) / (to - from)), width: percent((right - left) / (to - from)) };
  };
  return (
    <ul className="strip" aria-label={say.title}>
      {producers.map((producer) => (
        <li key={`${producer.producer} ${producer.epoch}`} className="strip-row">
          <span className={`strip-name ${producer.state}`} title={producer.producer}>{producer.producer}</span>
          <span className="unseen">{say.row(producer.producer, say[producer.state], heard(producer), say.gaps(producer.gaps.length))}</span>
          <span className="strip-track">
            {producer.segments.map((segment) => {
              const style = place(segment.from, segment.to);
              return style && <span key={segment.from} className="strip-segment" style={style} />;
            })}
            {producer.gaps.map((gap) => {
              const style = place(gap.from, gap.to);
              return style && <span key={gap.from} className="strip-place" style={style}><StripGap producer={producer} gap={gap} /></span>;
            })}
            {isGone(producer) && producer.lastAt !== null && <Tail producer={producer} style={place(producer.lastAt, to)} />}
            {frontier !== null && frontier > from && frontier < to && <span className="strip-frontier" style={{ left: percent((frontier - from) / (to - from)) }} />}
          </span>
        </li>
      ))}
    </ul>
  );
}

function StripGap({ producer, gap }: { readonly producer: Producer; readonly gap: Gap }): ReactElement {
  const ranges = gapRanges(gap);
  const why = strings.completeness.gap(producer.producer, formatCount(gap.epoch), ranges, formatClock(gap.from), formatClock(gap.to));
  return <Explained why={why} className="strip-gap"><span className="strip-gap-text">{ranges}</span></Explained>;
}

function Tail({ producer, style }: { readonly producer: Producer; readonly style: CSSProperties | null }): ReactElement | null {
  if (style === null) return null;
  const say = strings.completeness;
  const why = producer.state === 'lost' ? say.lostSince : say.silentSince;
  return (
    <span className="strip-place" style={style}>
      <Explained why={why(producer.producer, heard(producer))} className="strip-tail"><span className="unseen">{say[producer.state]}</span></Explained>
    </span>
  );
}

const heard = ({ lastAt }: Producer): string => (lastAt === null ? strings.completeness.never : formatClock(lastAt));
const isGone = ({ state }: Producer): boolean => state === 'silent' || state === 'lost';
const percent = (part: number): string => `${part * 100}%`;
