import { Moment } from '../../format/moment.tsx';
import { formatCount, formatRate } from '../../format/number.ts';
import { strings } from '../../strings.ts';
import type { Column } from '../../table/column.ts';
import { EvidenceMarks } from '../../truth/evidence-mark.tsx';
import { FinalityChip } from '../../truth/finality-chip.tsx';
import type { RangeId } from './time-range.ts';
import type { TimelineRow } from './timeline.ts';

/* The table behind the time charts: what was drawn. */

export function timelineColumns(range: RangeId): readonly Column<TimelineRow>[] {
  const say = strings.now.time;
  const titled = range === 'seconds' ? say.rate : say.total;
  const format = range === 'seconds' ? formatRate : formatCount;
  const quantity = (id: 'requests' | 'inputTokens' | 'outputTokens', title: string): Column<TimelineRow> =>
    ({ id, title: titled(title), numeric: true, value: (row) => row[id], show: (row) => format(row[id]) });
  return [
    { id: 'from', title: say.columns.from, value: ({ from }) => new Date(from).toISOString(), show: ({ from }) => <Moment at={from} /> },
    { id: 'span', title: say.columns.span, numeric: true, lesser: true, value: ({ from, to }) => (to - from) / 1_000, show: ({ from, to }) => `${formatRate((to - from) / 1_000)} ${say.second}` },
    quantity('requests', say.columns.requests),
    quantity('inputTokens', say.columns.input),
    quantity('outputTokens', say.columns.output),
    { id: 'finality', title: say.columns.finality, lesser: true, value: ({ finality }) => finality, show: ({ finality }) => <FinalityChip finality={finality}>{strings.finality[finality]}</FinalityChip> },
    { id: 'evidence', title: say.columns.evidence, lesser: true, value: ({ evidence }) => evidence.join(' '), show: ({ evidence }) => <EvidenceMarks evidence={evidence} named /> },
  ];
}
