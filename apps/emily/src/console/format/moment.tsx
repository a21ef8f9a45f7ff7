import type { ReactElement } from 'react';
import type { EpochMs } from '../api.ts';
import { formatClock, formatMoment, formatUtc } from './time.ts';

/** A moment in the viewer's zone, with its date where `dated`; hovering shows the full date and UTC. */
export function Moment({ at, dated = false }: { readonly at: EpochMs; readonly dated?: boolean }): ReactElement {
  return <time dateTime={new Date(at).toISOString()} title={`${formatMoment(at)} · ${formatUtc(at)}`}>{dated ? formatMoment(at) : formatClock(at)}</time>;
}
