import type { ReactElement } from 'react';
import type { Finality } from '../api.ts';
import { formatShare } from '../format/number.ts';
import '../truth/hatch.css';
import './share-bar.css';

/** A part of a whole as a bar with its figure: solid when final, hatched when it may still change. */
export function ShareBar({ share, finality }: { readonly share: number; readonly finality: Finality }): ReactElement {
  return (
    <span className="share">
      <span className="share-track" aria-hidden="true">
        <span className={`share-bar ${finality === 'final' ? 'solid' : 'hatched'}`} style={{ inlineSize: `${Math.min(1, share) * 100}%` }} />
      </span>
      <span className="share-figure">{formatShare(share)}</span>
    </span>
  );
}
