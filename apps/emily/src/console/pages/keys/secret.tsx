import { useEffect, type ReactElement } from 'react';
import type { NewKey } from '../../api-keys.ts';
import { CopyLine } from '../../shell/copy-line.tsx';
import { Panel } from '../../shell/panel.tsx';
import { keyStrings } from '../../strings-of-keys.ts';

const say = keyStrings.secret;

/** The text of a new key, this once: it is in the memory of this page alone, and gone with it. */
export function Secret({ made, onPutAway }: { readonly made: NewKey; readonly onPutAway: () => void }): ReactElement {
  useEffect(() => {
    const title = document.getElementById('secret-title');
    title?.scrollIntoView({ block: 'nearest' });
    title?.focus({ preventScroll: true });
  }, [made.id]);
  return (
    <div className="secret">
      <Panel id="secret" title={say.title(made.name)}>
        <p>{say.text}</p>
        <CopyLine key={made.id} label={say.label} text={made.key} />
        <div className="secret-away"><button type="button" className="button" onClick={onPutAway}>{say.put}</button></div>
      </Panel>
    </div>
  );
}
