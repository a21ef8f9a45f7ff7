import type { ReactElement } from 'react';
import { keyPaths, type NewKey } from '../../api-keys.ts';
import type { EpochMs } from '../../api.ts';
import { DeedOutcome } from '../../customer/deed-outcome.tsx';
import { useDeed } from '../../customer/use-deed.ts';
import { post } from '../../live/post.ts';
import { Panel } from '../../shell/panel.tsx';
import { playgroundStrings } from '../../strings-of-playground.ts';

const say = playgroundStrings.key;
const GOOD_FOR_MS = 3_600_000;

/** The key that asks: one that somebody has, or for administrators a new one, which nobody needs to see. */
export function KeyField({ tenant, at, value, administers, onKey }: {
  readonly tenant: string;
  readonly at: EpochMs;
  readonly value: string;
  readonly administers: boolean;
  readonly onKey: (key: string) => void;
}): ReactElement {
  const deed = useDeed();
  const make = (): void => void deed.run(async () => {
    const wish = { name: say.name, scopes: ['infer'], expiresAt: new Date(at + GOOD_FOR_MS).toISOString(), ...(tenant === '' ? {} : { tenant }) };
    onKey((await post<NewKey>(keyPaths.make, wish)).key);
    return say.made;
  });
  return (
    <Panel id="key" title={playgroundStrings.sections.key}>
      <div className="deed">
        <label className="play-key">{say.label}<input className="field" type="password" autoComplete="off" spellCheck={false} placeholder={say.hint} value={value} onChange={(event) => onKey(event.target.value)} /></label>
        {administers && <button type="button" className="button" aria-disabled={deed.busy} onClick={make}>{deed.busy ? say.busy : say.make}</button>}
        <p className="deed-note">{say.note}</p>
      </div>
      <DeedOutcome deed={deed} />
    </Panel>
  );
}
