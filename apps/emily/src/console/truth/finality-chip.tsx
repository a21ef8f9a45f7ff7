import type { ReactElement } from 'react';
import type { Finality } from '../api.ts';
import './finality-chip.css';
import './hatch.css';

/** A word on a hatched or a solid ground. */
export function FinalityChip({ finality, children }: { readonly finality: Finality; readonly children: string }): ReactElement {
  return <span className="chip"><span className={`chip-mark ${finality === 'final' ? 'solid' : 'hatched'}`} />{children}</span>;
}
