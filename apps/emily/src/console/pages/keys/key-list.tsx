import { useMemo, type ReactElement, type ReactNode } from 'react';
import type { EpochMs, Hello } from '../../api.ts';
import type { Key, NewKey } from '../../api-keys.ts';
import { Panel } from '../../shell/panel.tsx';
import { keyStrings } from '../../strings-of-keys.ts';
import { strings } from '../../strings.ts';
import { tableCsv } from '../../table/column.ts';
import { DataTable } from '../../table/data-table.tsx';
import { downloadCsv } from '../../table/download.ts';
import { ChangeKey } from './change-key.tsx';
import { keyColumns } from './key-columns.tsx';
import { inOrder, stateOf } from './key-state.ts';
import { useMakers } from './use-makers.ts';

const say = keyStrings;
const FIRST_ROWS = 50;

/** The keys of a tenant, those that open things first; a good one opens what an administrator may do with it. */
export function KeyList({ hello, tenant, at, keys, problem, onChanged }: {
  readonly hello: Hello;
  readonly tenant: string;
  readonly at: EpochMs;
  /** Null: not known yet. */
  readonly keys: readonly Key[] | null;
  readonly problem: string | null;
  readonly onChanged: (made: NewKey | null) => void;
}): ReactElement {
  const administers = hello.may.includes('administer');
  const makers = useMakers(tenant, hello.may.includes('audit') ? keys?.length ?? null : null, at);
  const rows = useMemo(() => inOrder(keys ?? [], at), [keys, at]);
  const columns = useMemo(() => keyColumns({ at, makers, administers }), [at, makers, administers]);
  const title = say.sections.list;
  return (
    <Panel
      id="keys" title={title} problem={problem}
      tools={<button type="button" className="button quiet" aria-label={strings.csvOf(title)} disabled={rows.length === 0} onClick={() => downloadCsv('emily-keys.csv', tableCsv(rows, columns))}>{strings.csv}</button>}
    >
      {!administers && <p className="usage-note">{say.readOnly}</p>}
      {keys === null
        ? problem === null && <p className="table-empty">{say.asking}</p>
        : (
          <DataTable
            caption={title} columns={columns} rows={rows} rowKey={({ id }) => id} first={FIRST_ROWS} empty={administers ? say.none : say.noneToRead}
            details={changing(at, onChanged)}
          />
        )}
    </Panel>
  );
}

/** What may be done with a key, where it opens anything yet. */
const changing = (at: EpochMs, onChanged: (made: NewKey | null) => void) => (key: Key): ReactNode => stateOf(key, at) === 'good' && <ChangeKey of={key} onChanged={onChanged} />;
