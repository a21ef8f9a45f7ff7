import type { ReactElement } from 'react';
import type { Hello, Now } from '../../api.ts';
import { formatClock, isFar } from '../../format/time.ts';
import { Moment } from '../../format/moment.tsx';
import { onPageLink, pageHref, type PageId } from '../../shell/page-id.ts';
import { goToSection } from '../../shell/panel.tsx';
import { strings } from '../../strings.ts';
import { EvidenceMarks } from '../../truth/evidence-mark.tsx';
import { judge, reassurance, type Finding } from './verdict.ts';
import './verdict-line.css';

/** What has a page of its own is shown there. */
const elsewhere: Readonly<Record<string, PageId>> = { holds: 'holds', replicas: 'fleet' };

/** The answer to the page's question, first; each finding leads to where its cause is shown. */
export function VerdictLine({ now, hello, stale }: { readonly now: Now; readonly hello: Hello; readonly stale: boolean }): ReactElement {
  const say = strings.now.verdict;
  // Nothing is claimed about now on the strength of then.
  if (stale) return <div className="verdict waiting"><output className="verdict-word">{say.unknown(formatClock(now.at))}</output></div>;
  const { level, findings } = judge(now, hello);
  return (
    <div className={`verdict ${level}`}>
      <output className="verdict-word">{say[level]}</output>
      {level === 'good' && <span>{reassurance(now)}</span>}
      {level === 'waiting' && <span>{say.noGateways}</span>}
      {findings.length > 0 && (
        <ul className="verdict-findings">
          {findings.map((finding) => (
            <li key={finding.text}><FindingLink finding={finding} /></li>
          ))}
        </ul>
      )}
      {now.frontier !== null && (
        <span className="verdict-complete">{say.completeTo} <Moment at={now.frontier} dated={isFar(now.frontier, now.at)} /> <EvidenceMarks evidence={now.evidence} named /></span>
      )}
    </div>
  );
}

function FindingLink({ finding: { level, text, section } }: { readonly finding: Finding }): ReactElement {
  const page = elsewhere[section];
  if (page !== undefined) return <a className={`finding ${level}`} href={pageHref(page)} onClick={onPageLink(page)}>{text}</a>;
  return <button type="button" className={`finding ${level}`} onClick={() => goToSection(section)}>{text}</button>;
}
