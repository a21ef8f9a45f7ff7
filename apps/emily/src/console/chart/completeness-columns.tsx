import type { ReactElement } from 'react';
import type { EpochMs, Missing, Producer } from '../api.ts';
import { Moment } from '../format/moment.tsx';
import { formatCount } from '../format/number.ts';
import { strings } from '../strings.ts';
import type { Column } from '../table/column.ts';
import { gapRanges } from './gap.ts';

/* The tables behind the completeness strip: how completely the gateways reported, and what is missing. */

export const producerColumns: readonly Column<Producer>[] = (() => {
  const say = strings.completeness;
  const { columns } = say;
  return [
    { id: 'producer', title: columns.producer, value: ({ producer }) => producer },
    { id: 'state', title: columns.state, value: ({ state }) => state, show: ({ state }) => say[state] },
    { id: 'epoch', title: columns.epoch, numeric: true, lesser: true, value: ({ epoch }) => epoch, show: ({ epoch }) => formatCount(epoch) },
    { id: 'sequence', title: columns.sequence, numeric: true, value: ({ sequence }) => sequence, show: ({ sequence }) => (sequence < 0 ? '–' : formatCount(sequence)) },
    { id: 'heard', title: columns.heard, value: ({ lastAt }) => isoOf(lastAt), show: ({ lastAt }) => <MomentOrNever at={lastAt} /> },
    { id: 'promise', title: columns.promise, lesser: true, value: ({ promise }) => isoOf(promise), show: ({ promise }) => <MomentOrNever at={promise} /> },
    { id: 'missing', title: columns.missing, value: ({ gaps }) => gaps.map(gapRanges).join('; ') },
  ];
})();

export const missingColumns: readonly Column<Missing>[] = (() => {
  const { columns } = strings.completeness.missing;
  return [
    { id: 'source', title: columns.source, lesser: true, value: ({ source }) => source },
    { id: 'producer', title: columns.producer, value: (one) => ('producer' in one ? one.producer : '') },
    { id: 'epoch', title: columns.epoch, numeric: true, lesser: true, value: (one) => ('epoch' in one ? one.epoch : ''), show: (one) => ('epoch' in one ? formatCount(one.epoch) : '') },
    { id: 'what', title: columns.what, value: whatIsMissing },
    { id: 'since', title: columns.since, value: (one) => ('since' in one ? new Date(one.since).toISOString() : ''), show: (one) => ('since' in one ? <Moment at={one.since} /> : '') },
  ];
})();

function whatIsMissing(missing: Missing): string {
  const say = strings.completeness.missing;
  switch (missing.what) {
    case 'sequences': return missing.lost ? say.lost(say.sequences(gapRanges(missing))) : say.sequences(gapRanges(missing));
    case 'epoch': return missing.lost ? say.lost(say.epoch) : say.epoch;
    case 'offsets': return say.offsets(gapRanges(missing));
    default: return say[missing.what];
  }
}

const isoOf = (at: EpochMs | null): string => (at === null ? '' : new Date(at).toISOString());

function MomentOrNever({ at }: { readonly at: EpochMs | null }): ReactElement {
  return at === null ? <span className="unit">{strings.completeness.never}</span> : <Moment at={at} />;
}
