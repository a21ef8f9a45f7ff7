import type { ReactElement } from 'react';
import { formatShare } from '../../format/number.ts';
import { fleetStrings } from '../../strings-of-fleet.ts';
import { TENANTS_APART_MAX, wholeOf, type GpuPart } from './gpu-parts.ts';

const say = fleetStrings.gpu;

/** GPU time as a bar that is always full, because its parts sum to the whole; read out in words. */
export function GpuBar({ parts, nameOf, small = false }: { readonly parts: readonly GpuPart[]; readonly nameOf: (part: GpuPart) => string; readonly small?: boolean }): ReactElement {
  const whole = wholeOf(parts);
  const words = parts.map((part) => `${nameOf(part)} ${formatShare(part.gpuMs / whole)}`);
  return (
    <span className={`gpu-bar${small ? ' small' : ''}`} role="img" aria-label={say.bar(words.join(', '))}>
      {parts.map((part, at) => <span key={part.id} className={`gpu-part ${part.state}`} style={{ flexGrow: part.gpuMs / whole, ...shadeOf(parts, at) }} title={words[at]} />)}
    </span>
  );
}

/** The mark of a part in the table beside the bar. */
export const GpuMark = ({ parts, at }: { readonly parts: readonly GpuPart[]; readonly at: number }): ReactElement =>
  <span className={`gpu-mark gpu-part ${parts[at]?.state ?? ''}`} style={shadeOf(parts, at)} aria-hidden="true" />;

/** Tenants have the data colours in their order; the last stands for all others. */
function shadeOf(parts: readonly GpuPart[], at: number): { readonly background?: string } {
  const part = parts[at];
  if (part?.state !== 'active') return {};
  if (part.tenant === null) return { background: 'var(--data-others)' };
  const place = at - parts.findIndex(({ state }) => state === 'active');
  return { background: place < TENANTS_APART_MAX ? `var(--data-${1 + place})` : 'var(--data-others)' };
}
