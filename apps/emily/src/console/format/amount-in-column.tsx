import type { CSSProperties, ReactElement } from 'react';
import { amountParts } from './amount.ts';
import './amount-in-column.css';

/**
 * An amount for a column. `digits` is the most decimals in that column: shorter fractions get the
 * missing room on their right, so that all decimal points stand under each other.
 */
export function AmountInColumn({ decimal, digits }: { readonly decimal: string; readonly digits: number }): ReactElement {
  const { whole, fraction } = amountParts(decimal);
  return (
    <span className="amount">
      {whole}<span className="amount-fraction" style={{ '--digits': digits } as CSSProperties}>{fraction}</span>
    </span>
  );
}
