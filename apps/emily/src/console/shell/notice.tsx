import type { ReactElement } from 'react';
import './notice.css';

/** A whole page with one message and one thing to do: sign in, or try again. */
export function Notice({ title, text, action, onAction }: {
  readonly title: string;
  readonly text: string;
  readonly action: string;
  readonly onAction: () => void;
}): ReactElement {
  return (
    <main className="notice">
      <h1>{title}</h1>
      <p>{text}</p>
      <button type="button" className="button" onClick={onAction}>{action}</button>
    </main>
  );
}
