import type { ReactElement } from 'react';
import type { Hello } from '../../api.ts';
import { CopyLine } from '../../shell/copy-line.tsx';
import { strings } from '../../strings.ts';
import './teach.css';

const say = strings.now.teach;

/** How to send a request: in full while there is nothing else to see, afterwards folded away. */
export function Teach({ hello, first }: { readonly hello: Hello; readonly first: boolean }): ReactElement {
  const line = <>
    <CopyLine label={say.curl} text={hello.curl} />
    <p className="teach-note">
      {hello.demoKey === null && <>{say.noKey} </>}
      {hello.models.some(({ simulated }) => simulated) && say.simulated}
    </p>
  </>;
  if (!first) return <details className="teach"><summary>{say.again}</summary>{line}</details>;
  return (
    <section className="teach first" aria-labelledby="teach-title">
      <h2 id="teach-title">{say.title}</h2>
      <p>{say.text}</p>
      {line}
    </section>
  );
}
