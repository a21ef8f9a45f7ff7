import type { ReactElement } from 'react';
import type { Now } from '../../api.ts';
import { formatMoney } from '../../format/amount.ts';
import { Moment } from '../../format/moment.tsx';
import { formatCount, formatShare } from '../../format/number.ts';
import { formatBorder, formatMonth, isFar } from '../../format/time.ts';
import { Panel } from '../../shell/panel.tsx';
import { strings } from '../../strings.ts';
import { EvidenceMarks } from '../../truth/evidence-mark.tsx';
import { FinalityChip } from '../../truth/finality-chip.tsx';
import { Sure } from '../../truth/sure.tsx';
import './bill.css';

/** What the month comes to so far, and how sure that is. */
export function Bill({ now }: { readonly now: Now }): ReactElement {
  const say = strings.now.bill;
  const { month, frontier } = now;
  const final = month.finality === 'final';
  // Of an open month: on what it rests that it is complete as far as it is.
  const evidence = final ? month.evidence : now.evidence;
  const border = formatBorder(month.end, month.zone);
  // In the time of the facts: a replay's month passes with its trace, not with the wall clock.
  const reached = frontier ?? month.start;
  const elapsed = Math.min(1, Math.max(0, (reached - month.start) / (month.end - month.start)));
  return (
    <Panel id="bill" title={final ? strings.now.sections.billFinal : strings.now.sections.bill}>
      <div className="bill">
        <p className="bill-month">{formatMonth(month.label)} <FinalityChip finality={month.finality}>{strings.finality[month.finality]}</FinalityChip></p>
        <p className="bill-amount" data-figure="bill">
          <Sure standing={{ finality: month.finality, evidence, frontier, period: month }}>{formatMoney(month.amount, month.currency)}</Sure>
        </p>
        <div className="bill-elapsed" aria-hidden="true" title={say.elapsed(formatShare(elapsed))}>
          <span className={final ? 'solid' : 'hatched'} style={{ inlineSize: `${(final ? 1 : elapsed) * 100}%` }} />
        </div>
        <p className="bill-border">{final ? say.closed(border) : say.open(border)}</p>
        <dl className="bill-facts">
          <dt>{say.requests}</dt><dd className="number">{formatCount(month.requests)}</dd>
          <dt>{say.input}</dt><dd className="number">{formatCount(month.inputTokens)}</dd>
          <dt>{say.output}</dt><dd className="number">{formatCount(month.outputTokens)}</dd>
          {frontier !== null && <><dt>{say.complete}</dt><dd className="number"><Moment at={frontier} dated={isFar(frontier, now.at)} /></dd></>}
          <dt>{say.evidence}</dt><dd className="number">{evidence.length === 0 ? say.noEvidence : <EvidenceMarks evidence={evidence} named />}</dd>
        </dl>
      </div>
    </Panel>
  );
}
