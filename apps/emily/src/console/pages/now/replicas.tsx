import type { ReactElement } from 'react';
import type { Hello, Now, Replica } from '../../api.ts';
import { formatCount } from '../../format/number.ts';
import { Panel } from '../../shell/panel.tsx';
import { strings } from '../../strings.ts';
import type { Column } from '../../table/column.ts';
import { DataTable } from '../../table/data-table.tsx';
import './replicas.css';

const say = strings.now.replicas;

const columns: readonly Column<Replica>[] = [
  { id: 'model', title: say.columns.model, value: ({ model }) => model },
  { id: 'id', title: say.columns.id, value: ({ id }) => id },
  { id: 'state', title: say.columns.state, value: ({ state }) => state, show: ({ state }) => <span className={`replica-state ${state === 'ready' ? 'ready' : 'other'}`}>{state}</span> },
  { id: 'outstanding', title: say.columns.outstanding, numeric: true, value: ({ outstanding }) => outstanding, show: ({ outstanding }) => formatCount(outstanding) },
];

/** Which replicas serve, and how much each has in hand. */
export function Replicas({ now, hello }: { readonly now: Now; readonly hello: Hello }): ReactElement {
  const title = strings.now.sections.replicas;
  return (
    <Panel id="replicas" title={title} tools={hello.models.some(({ simulated }) => simulated) && <span className="tag" title={say.simulatedWhy}>{say.simulated}</span>}>
      <DataTable caption={title} columns={columns} rows={now.health.replicas} rowKey={({ id }) => id} empty={say.none} />
    </Panel>
  );
}
