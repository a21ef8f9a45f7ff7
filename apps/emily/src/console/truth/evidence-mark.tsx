import type { ReactElement } from 'react';
import type { Evidence } from '../api.ts';
import { strings } from '../strings.ts';
import './evidence-mark.css';

/*
 * ● proved  ■ ended  ◐ assumed  ✎ declared: the same small marks everywhere, told apart by shape,
 * never by colour. Drawn, not typed, because not every font has these characters.
 */
const shapes: Record<Evidence, ReactElement> = {
  proved: <circle cx="6" cy="6" r="4.5" />,
  ended: <rect x="1.75" y="1.75" width="8.5" height="8.5" />,
  assumed: <><circle className="evidence-outline" cx="6" cy="6" r="4" /><path d="M6 2a4 4 0 0 0 0 8z" /></>,
  declared: <path d="M1.5 10.5l.7-2.9 6-6 2.2 2.2-6 6zM8.9 1l.8-.5 2 2-.6.7z" />,
};

export function EvidenceMark({ evidence, named = false }: { readonly evidence: Evidence; readonly named?: boolean }): ReactElement {
  const name = strings.evidence[evidence];
  return (
    <span className="evidence" title={`${name}: ${strings.evidenceWhy[evidence]}`}>
      <svg viewBox="0 0 12 12" role="img" aria-label={named ? undefined : name} aria-hidden={named}>{shapes[evidence]}</svg>
      {named && name}
    </span>
  );
}

/** A set of evidence: what was united is shown beside each other. */
export function EvidenceMarks({ evidence, named = false }: { readonly evidence: readonly Evidence[]; readonly named?: boolean }): ReactElement {
  return <span className="evidence-set">{evidence.map((mark) => <EvidenceMark key={mark} evidence={mark} named={named} />)}</span>;
}
