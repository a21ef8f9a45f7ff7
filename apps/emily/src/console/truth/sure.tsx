import type { ReactElement, ReactNode } from 'react';
import { Explained } from './explained.tsx';
import { whyStanding, type Standing } from './why.ts';
import './sure.css';

/**
 * An amount with how sure it is: provisional amounts carry a dotted underline, final ones stand
 * plain. Either says why, and until when. With `opens` it is the button that shows what it is made of.
 */
export function Sure({ standing, opens, children }: {
  readonly standing: Standing;
  readonly opens?: { readonly expanded: boolean; readonly onOpen: () => void };
  readonly children: ReactNode;
}): ReactElement {
  return (
    <Explained why={whyStanding(standing)} className={`sure ${standing.finality}`} {...(opens ? { opens } : {})}>
      {children}
    </Explained>
  );
}
