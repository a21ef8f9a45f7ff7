import type { ReactElement } from 'react';
import { formatCount, formatRate } from '../../format/number.ts';
import { strings } from '../../strings.ts';
import type { RangeId } from './time-range.ts';
import type { TimelineRow } from './timeline.ts';

/** The values of one row, beside the title of the chart that draws them. */
export function TimeReadout({ row, range, of }: {
  readonly row: TimelineRow | undefined;
  readonly range: RangeId;
  readonly of: readonly ('requests' | 'inputTokens' | 'outputTokens')[];
}): ReactElement {
  if (row === undefined) return <span className="chart-readout" />;
  return (
    <span className="chart-readout">
      {of.map((quantity) => (
        <span key={quantity}>
          <span className={`chart-key ${shades[quantity]}`} />{names[quantity]} <b>{quantityText(row[quantity], range)}</b>{unit(range)}
        </span>
      ))}
    </span>
  );
}

/** The same for someone who does not see the chart: one sentence with everything under the cursor. */
export function rowInWords(row: TimelineRow, range: RangeId, time: string): string {
  const parts = (['requests', 'inputTokens', 'outputTokens'] as const).map((quantity) => `${names[quantity]} ${quantityText(row[quantity], range)}${unit(range)}`);
  return `${time}: ${parts.join(', ')}; ${strings.finality[row.finality]}`;
}

const quantityText = (value: number, range: RangeId): string => (range === 'seconds' ? formatRate : formatCount)(value);
const unit = (range: RangeId): string => (range === 'seconds' ? strings.now.time.perSecond : strings.now.time.perMinute);
const names = { requests: strings.now.time.requests, inputTokens: strings.now.time.input, outputTokens: strings.now.time.output };
const shades = { requests: 'shade-requests', inputTokens: 'shade-input', outputTokens: 'shade-output' };
