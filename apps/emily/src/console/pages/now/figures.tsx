import type { ReactElement } from 'react';
import type { Hello, Now } from '../../api.ts';
import { formatCount, formatRate } from '../../format/number.ts';
import { onPageLink, pageHref, type PageId } from '../../shell/page-id.ts';
import { holdStrings } from '../../strings-of-holds.ts';
import { strings } from '../../strings.ts';
import { readyReplicas } from './verdict.ts';
import './figures.css';

/** The rates and counts of this second. */
export function Figures({ now, hello }: { readonly now: Now; readonly hello: Hello }): ReactElement {
  const say = strings.now.figures;
  const { rates, health, holds, month } = now;
  const ready = readyReplicas(health);
  return (
    <section aria-labelledby="rates-title">
      <h2 id="rates-title" className="unseen" tabIndex={-1}>{strings.now.sections.rates}</h2>
      <dl className="figures">
        <Figure name="requests" label={say.requests} value={formatRate(rates.requestsPerSecond)} unit={say.perSecond} token="requests" page="requests" />
        <Figure name="input" label={say.input} value={formatRate(rates.inputTokensPerSecond)} unit={say.perSecond} token="input" />
        <Figure name="output" label={say.output} value={formatRate(rates.outputTokensPerSecond)} unit={say.perSecond} token="output" />
        <Figure name="in-flight" label={say.inFlight} value={formatCount(rates.inFlight)} />
        <Figure name="refused" label={say.refused} value={formatRate(rates.refusedPerSecond)} unit={say.perSecond} alarm={rates.refusedPerSecond > 0} />
        <Figure name="ready" label={say.ready} value={formatCount(ready)} unit={say.of(formatCount(health.replicas.length))} alarm={ready < health.replicas.length} page="fleet" />
        <Figure name="holds" label={holdStrings.figure} value={formatCount(holds.length)} alarm={holds.length > 0} page="holds" />
        <Figure name="bad" label={say.bad} value={formatCount(health.bad)} alarm={health.bad > 0} />
        <Figure name="late" label={say.late} value={formatCount(health.late)} alarm={health.late > 0} />
        <Figure name="tenants" label={say.tenants} value={formatCount(month.byTenant.length)} page="tenants" />
        <Figure name="models" label={say.models} value={formatCount(hello.models.length)} page="models" />
      </dl>
    </section>
  );
}

function Figure({ name, label, value, unit, token, page, alarm = false }: {
  readonly name: string;
  readonly label: string;
  readonly value: string;
  readonly unit?: string;
  /** The data colour of the chart below that shows the same. */
  readonly token?: 'requests' | 'input' | 'output';
  /** The page that shows what it is made of. */
  readonly page?: PageId;
  readonly alarm?: boolean;
}): ReactElement {
  return (
    <div className={`figure${alarm ? ' alarm' : ''}`}>
      <dt>{token !== undefined && <span className={`chart-key shade-${token}`} />}{page === undefined ? label : <a href={pageHref(page)} onClick={onPageLink(page)}>{label}</a>}</dt>
      <dd data-figure={name}>{value}{unit !== undefined && <span className="unit"> {unit}</span>}</dd>
    </div>
  );
}
