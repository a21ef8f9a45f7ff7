import type { UsageWindow } from '../api.ts';
import { formatCount } from '../format/number.ts';
import { Moment } from '../format/moment.tsx';
import { strings } from '../strings.ts';
import { usageStrings } from '../strings-of-usage.ts';
import type { Column } from '../table/column.ts';
import { EvidenceMarks } from '../truth/evidence-mark.tsx';
import { FinalityChip } from '../truth/finality-chip.tsx';
import { units, type Group, type Unit } from './question.ts';
import { nameIn } from './series.ts';

const say = usageStrings.columns;
const titles: Record<Unit, string> = { requests: say.requests, inputTokens: say.input, cachedInputTokens: say.cached, outputTokens: say.output };

const unit = (id: Unit): Column<UsageWindow> => ({
  id, title: titles[id], numeric: true, ...(id === 'cachedInputTokens' ? { lesser: 'least' as const } : id === 'requests' ? {} : { lesser: true as const }),
  value: (row) => row[id], show: (row) => formatCount(row[id]),
});

/** The table behind the chart, and its CSV: the rows as the meter gave them, with all units. */
export function usageColumns(group: Group, nameOf: (name: string) => string): readonly Column<UsageWindow>[] {
  return [
    { id: 'start', title: say.start, value: ({ window }) => new Date(window.start).toISOString(), show: ({ window }) => <Moment at={window.start} dated /> },
    { id: 'end', title: say.end, hidden: true, value: ({ window }) => new Date(window.end).toISOString() },
    // A tenant's name is in what a user or a key is told of, for the operator.
    ...(group === 'user' || group === 'key' || group === 'project' ? [{ id: 'tenant', title: say.tenant, hidden: true as const, value: ({ tenant }: UsageWindow) => tenant ?? '' }] : []),
    ...(group === 'none' ? [] : [{ id: group, title: say[group], value: (row: UsageWindow) => nameIn(row, group), show: (row: UsageWindow) => nameOf(nameIn(row, group)) }]),
    ...units.map(unit),
    { id: 'measured', title: say.measured, hidden: true, value: ({ measured }) => measured },
    { id: 'finality', title: say.finality, lesser: true, value: ({ finality }) => finality, show: ({ finality }) => <FinalityChip finality={finality}>{strings.finality[finality]}</FinalityChip> },
    { id: 'evidence', title: say.evidence, lesser: 'least', value: ({ evidence }) => evidence.join(' '), show: ({ evidence }) => <EvidenceMarks evidence={evidence} named /> },
  ];
}
