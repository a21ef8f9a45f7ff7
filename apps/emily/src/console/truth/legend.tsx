import type { ReactElement } from 'react';
import type { Evidence } from '../api.ts';
import { strings } from '../strings.ts';
import { EvidenceMark } from './evidence-mark.tsx';
import { FinalityChip } from './finality-chip.tsx';
import '../chart/completeness-strip.css';
import './legend.css';

const marks: readonly Evidence[] = ['proved', 'ended', 'assumed', 'declared'];

/** The key to the marks, on every page that uses them; those of completeness by gateway only where that is shown. */
export function Legend({ gateways = true }: { readonly gateways?: boolean }): ReactElement {
  const say = strings.legend;
  return (
    <aside className="legend" aria-label={say.title}>
      <ul>
        <li><FinalityChip finality="final">{say.final}</FinalityChip></li>
        <li><FinalityChip finality="provisional">{say.provisional}</FinalityChip></li>
        {marks.map((mark) => <li key={mark}><EvidenceMark evidence={mark} named /></li>)}
        {gateways && <>
          <li><span className="legend-mark strip-segment" />{say.contiguous}</li>
          <li><span className="legend-mark strip-gap" />{say.gap}</li>
          <li><span className="legend-mark strip-tail" />{say.silent}</li>
        </>}
        <li><span className="legend-mark legend-frontier" />{say.frontier}</li>
      </ul>
    </aside>
  );
}
