import { useEffect, useRef, type ReactElement } from 'react';
import { strings } from '../strings.ts';
import type { Jump } from './keyboard.ts';
import './help-dialog.css';

/** The list of keys. */
export function HelpDialog({ open, jumps, search, onClose }: {
  readonly open: boolean;
  readonly jumps: readonly Jump[];
  /** What `/` does on this page. */
  readonly search?: string | undefined;
  readonly onClose: () => void;
}): ReactElement {
  const dialog = useRef<HTMLDialogElement>(null);
  useEffect(() => {
    if (open) dialog.current?.showModal();
    else dialog.current?.close();
  }, [open]);

  const say = strings.help;
  return (
    <dialog ref={dialog} className="help" aria-labelledby="help-title" onClose={onClose}>
      <header>
        <h2 id="help-title">{say.title}</h2>
        <button type="button" className="button" onClick={onClose}>{say.close}</button>
      </header>
      <dl>
        {search !== undefined && <><dt><kbd>/</kbd></dt><dd>{search}</dd></>}
        <dt><kbd>?</kbd></dt><dd>{say.help}</dd>
        {jumps.map(({ letter, title }) => [
          <dt key={`${letter}-key`}><kbd>g</kbd> {say.afterwards} <kbd>{letter}</kbd></dt>,
          <dd key={letter}>{say.go(title)}</dd>,
        ])}
        <dt><kbd>←</kbd> <kbd>→</kbd></dt><dd>{say.cursor}</dd>
        <dt><kbd>Home</kbd> <kbd>End</kbd></dt><dd>{say.cursorEnds}</dd>
        <dt><kbd>Esc</kbd></dt><dd>{say.escape}</dd>
      </dl>
    </dialog>
  );
}
