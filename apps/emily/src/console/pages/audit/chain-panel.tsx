import { useEffect, useState, type FormEvent, type ReactElement } from 'react';
import { accountPaths, type ChainVerdict } from '../../api-accounts.ts';
import { Moment } from '../../format/moment.tsx';
import { formatCount } from '../../format/number.ts';
import { ask } from '../../live/ask.ts';
import { CopyLine } from '../../shell/copy-line.tsx';
import { Panel } from '../../shell/panel.tsx';
import { auditStrings } from '../../strings-of-accounts.ts';

const say = auditStrings.chain;
const CHAIN = /^[0-9a-f]{64}$/;

type Check = { readonly state: 'checking' } | { readonly state: 'failed'; readonly problem: string } | { readonly state: 'checked'; readonly at: number; readonly verdict: ChainVerdict; readonly kept: string };

/** Whether the acts are what was written, by reading all of them again; and whether a chain that somebody kept is among theirs. */
export function ChainPanel({ at }: { readonly at: number }): ReactElement {
  const [check, setCheck] = useState<Check>({ state: 'checking' });
  const [text, setText] = useState('');
  const [wish, setWish] = useState({ kept: '', times: 0 });
  const [flawed, setFlawed] = useState(false);

  useEffect(() => {
    const stop = new AbortController();
    setCheck({ state: 'checking' });
    ask<ChainVerdict>(accountPaths.chain(wish.kept), stop.signal).then(
      (verdict) => setCheck({ state: 'checked', at, verdict, kept: wish.kept }),
      (error: unknown) => {
        if (!stop.signal.aborted) setCheck({ state: 'failed', problem: error instanceof Error ? error.message : String(error) });
      },
    );
    return () => stop.abort();
    // oxlint-disable-next-line react-hooks/exhaustive-deps -- the time of a check is not a reason for another one
  }, [wish]);

  const submit = (event: FormEvent): void => {
    event.preventDefault();
    const kept = text.trim().toLowerCase();
    const isFlawed = kept !== '' && !CHAIN.test(kept);
    setFlawed(isFlawed);
    if (!isFlawed) setWish(({ times }) => ({ kept, times: times + 1 }));
  };

  return (
    <Panel id="chain" title={auditStrings.sections.chain}>
      <div className="chain">
        <div role="status">
          {check.state === 'checking' && <p className="unit">{say.checking}</p>}
          {check.state === 'failed' && <p className="chain-broken">{check.problem}</p>}
          {check.state === 'checked' && <Verdict verdict={check.verdict} kept={check.kept} at={check.at} />}
        </div>
        <form className="chain-form" onSubmit={submit} noValidate>
          <label>{say.kept}<input className="field" value={text} placeholder={say.keptHint} spellCheck={false} autoComplete="off" aria-invalid={flawed} onChange={(event) => setText(event.target.value)} /></label>
          <button type="submit" className="button">{say.again}</button>
          <p className="chain-broken" role="alert">{flawed ? say.keptFlaw : ''}</p>
        </form>
        {check.state === 'checked' && check.verdict.holds && check.verdict.acts > 0 && <div><p className="unit">{say.head}</p><CopyLine label={say.head} text={check.verdict.chain} /></div>}
        <p className="unit">{say.explained}</p>
      </div>
    </Panel>
  );
}

const Verdict = ({ verdict: { holds, acts, flaw, keptAt }, kept, at }: { readonly verdict: ChainVerdict; readonly kept: string; readonly at: number }): ReactElement => <>
  <p className={holds ? 'chain-holds' : 'chain-broken'}>{holds ? say.holds(formatCount(acts)) : say.broken(flaw ?? '')}</p>
  {kept !== '' && <p className={keptAt === null ? 'chain-broken' : 'chain-holds'}>{keptAt === null ? say.keptNowhere : say.keptAt(formatCount(keptAt))}</p>}
  <p className="unit">{say.at} <Moment at={at} /></p>
</>;
