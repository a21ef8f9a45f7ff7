import { useRef, useState, type ReactElement } from 'react';
import { strings } from '../strings.ts';
import './copy-line.css';

/** A line for the terminal with a button that copies it; where the browser forbids that, it selects it. */
export function CopyLine({ label, text }: { readonly label: string; readonly text: string }): ReactElement {
  const line = useRef<HTMLPreElement>(null);
  const [said, setSaid] = useState<string | null>(null);

  const copy = async (): Promise<void> => {
    try {
      await navigator.clipboard.writeText(text);
      setSaid(strings.copy.done);
    } catch {
      if (line.current !== null) getSelection()?.selectAllChildren(line.current);
      setSaid(strings.copy.selected);
    }
  };

  return (
    <div className="copy-line">
      <section className="copy-text" aria-label={label} tabIndex={0}><pre ref={line}>{text}</pre></section>
      <button type="button" className="button" onClick={() => void copy()}>{said ?? strings.copy.do}</button>
      <output className="unseen">{said}</output>
    </div>
  );
}
