import { useMemo, type ReactElement } from 'react';
import type { Hello } from '../../api.ts';
import { accountPaths, ACTS_MAX, type Audit } from '../../api-accounts.ts';
import { formatCount } from '../../format/number.ts';
import { usePolled } from '../../live/use-polled.ts';
import { Panel } from '../../shell/panel.tsx';
import { useQueryParam } from '../../shell/query-param.ts';
import { auditStrings } from '../../strings-of-accounts.ts';
import { strings } from '../../strings.ts';
import { tableCsv } from '../../table/column.ts';
import { DataTable } from '../../table/data-table.tsx';
import { downloadCsv } from '../../table/download.ts';
import { Choice } from '../../usage/question-form.tsx';
import '../../usage/usage-chart.css';
import { actColumns, actName } from './act-columns.tsx';

const ASK_EVERY_MS = 5_000;
const FIRST_ROWS = 100;
const say = auditStrings;

/** Who did what, the newest first: the newest thousand, and from there to older ones. */
export function ActsPanel({ hello, at }: { readonly hello: Hello; readonly at: number }): ReactElement {
  const [tenant, setTenant] = useQueryParam('tenant', '');
  const [act, setAct] = useQueryParam('act', '');
  const [from, setFrom] = useQueryParam('from', '');
  // How many there are is told with any answer, also with one that has no act.
  const head = usePolled<Audit>(accountPaths.audit(Number.MAX_SAFE_INTEGER, ''), ASK_EVERY_MS, at).answer?.head;
  const all = head?.commands ?? 0;
  const newest = Math.max(0, all - ACTS_MAX);
  const start = /^\d{1,15}$/.test(from) ? Math.min(Number(from), all) : newest;
  const path = head === undefined ? null : accountPaths.audit(start, tenant);
  const polled = usePolled<Audit>(path, ASK_EVERY_MS, at, all);
  const answer = polled.of !== null && sameQuestion(polled.of, path) ? polled.answer : null;
  const acts = useMemo(() => (answer?.data ?? []).toReversed(), [answer]);
  const rows = act === '' ? acts : acts.filter((one) => one.act === act);
  const columns = actColumns(at);
  const kinds = [...new Set([...acts.map((one) => one.act), ...(act === '' ? [] : [act])])].toSorted();
  const isAsked = tenant !== '' || act !== '';
  const title = say.sections.acts;
  return (
    <Panel
      id="acts" title={title} problem={polled.problem}
      tools={<>
        <button type="button" className="button quiet" disabled={start === 0} onClick={() => setFrom(String(Math.max(0, start - ACTS_MAX)), 'push')}>{say.older}</button>
        <button type="button" className="button quiet" disabled={start >= newest} onClick={() => setFrom(start + ACTS_MAX >= newest ? '' : String(start + ACTS_MAX), 'push')}>{say.newer}</button>
        <button type="button" className="button quiet" aria-label={strings.csvOf(title)} disabled={rows.length === 0} onClick={() => downloadCsv(`emily-audit-from-${start}.csv`, tableCsv(rows, columns))}>{strings.csv}</button>
      </>}
    >
      <search className="usage-form" aria-label={say.filter.label}>
        <Choice label={say.filter.tenant} value={tenant} options={[{ id: '', name: say.filter.any }, ...hello.tenants, ...(tenant === '' || hello.tenants.some(({ id }) => id === tenant) ? [] : [{ id: tenant, name: tenant }])]} onChoose={(id) => setTenant(id, 'push')} />
        <Choice label={say.filter.act} value={act} options={[{ id: '', name: say.filter.any }, ...kinds.map((id) => ({ id, name: actName(id) }))]} onChoose={(id) => setAct(id, 'push')} />
        <button type="button" className="button" disabled={!isAsked} onClick={() => { setTenant(''); setAct(''); }}>{say.filter.clear}</button>
      </search>
      {answer === null && polled.problem === null && <p className="table-empty">{say.asking}</p>}
      {answer !== null && <>
        {all > 0 && <p className="acts-count">{say.count(formatCount(rows.length), formatCount(start), formatCount(Math.min(all, start + ACTS_MAX) - 1), formatCount(all))}</p>}
        <DataTable caption={title} columns={columns} rows={rows} rowKey={({ number }) => number} first={FIRST_ROWS} empty={all === 0 ? say.none : say.empty} />
      </>}
    </Panel>
  );
}

/** The newest page begins elsewhere with each act: until its answer has come the last one is shown. */
const sameQuestion = (asked: string, path: string | null): boolean => asked.replace(/from=\d+/, '') === path?.replace(/from=\d+/, '');
