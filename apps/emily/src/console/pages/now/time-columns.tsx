import type { Producer } from '../../api.ts';
import { gapRanges } from '../../chart/gap.ts';
import { Moment } from '../../format/moment.tsx';
import { formatCount, formatRate } from '../../format/number.ts';
import { strings } from '../../strings.ts';
import type { Column } from '../../table/column.ts';
import { EvidenceMarks } from '../../truth/evidence-mark.tsx';
import { FinalityChip } from '../../truth/finality-chip.tsx';
import type { RangeId } from './time-range.ts';
import type { TimelineRow } from './timeline.ts';

/* The tables behind the time charts: what was drawn, and how completely the gateways reported. */

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

export const producerColumns: readonly Column<Producer>[] = (() => {
  const say = strings.completeness;
  const { columns } = say;
  return [
    { id: 'producer', title: columns.producer, value: ({ producer }) => producer },
    { id: 'state', title: columns.state, value: ({ state }) => state, show: ({ state }) => say[state] },
    { id: 'epoch', title: columns.epoch, numeric: true, lesser: true, value: ({ epoch }) => epoch, show: ({ epoch }) => formatCount(epoch) },
    { id: 'sequence', title: columns.sequence, numeric: true, value: ({ sequence }) => sequence, show: ({ sequence }) => formatCount(sequence) },
    { id: 'heard', title: columns.heard, value: ({ lastAt }) => new Date(lastAt).toISOString(), show: ({ lastAt }) => <Moment at={lastAt} /> },
    { id: 'missing', title: columns.missing, value: ({ gaps }) => gaps.map(gapRanges).join('; ') },
  ];
})();
