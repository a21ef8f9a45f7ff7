import type { ReactElement, ReactNode } from 'react';
import { formatCount } from '../format/number.ts';
import { strings } from '../strings.ts';
import './panel.css';

/** One section of a page: a heading that keyboard jumps land on, its tools, and what it is as of. */
export function Panel({ id, title, tools, commit, problem, children }: {
  readonly id: string;
  readonly title: string;
  readonly tools?: ReactNode;
  /** The commit the content is as of, where it differs from the page's. */
  readonly commit?: number | undefined;
  /** Why the content could not be refreshed. */
  readonly problem?: string | null;
  readonly children: ReactNode;
}): ReactElement {
  return (
    <section className={`panel panel-${id}`} aria-labelledby={`${id}-title`}>
      <header className="panel-head">
        <h2 id={`${id}-title`} tabIndex={-1}>{title}</h2>
        {commit !== undefined && <span className="panel-as-of">{strings.asOf(formatCount(commit))}</span>}
        <div className="panel-tools">{tools}</div>
      </header>
      {typeof problem === 'string' && <output className="panel-problem">{strings.unreachable.panel(problem)}</output>}
      {children}
    </section>
  );
}

/** Moves the reader to a section: what `g` and the links of the verdict do. */
export function goToSection(id: string): void {
  const heading = document.getElementById(`${id}-title`);
  const still = matchMedia('(prefers-reduced-motion: reduce)').matches;
  heading?.scrollIntoView({ block: 'start', behavior: still ? 'auto' : 'smooth' });
  heading?.focus({ preventScroll: true });
}
