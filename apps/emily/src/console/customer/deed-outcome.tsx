import type { ReactElement } from 'react';
import type { Deed } from './use-deed.ts';
import './form.css';

/** What came of the last deed, said also to screen readers. */
export const DeedOutcome = ({ deed }: { readonly deed: Deed }): ReactElement => <>
  <output className="deed-done">{deed.done}</output>
  <p className="deed-problem" role="alert">{deed.problem}</p>
</>;
