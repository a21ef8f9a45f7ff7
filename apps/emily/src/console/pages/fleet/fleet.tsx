import { useMemo, type ReactElement } from 'react';
import type { Hello } from '../../api.ts';
import type { LiveState } from '../../live/live-feed.ts';
import { Frame, type Section } from '../../shell/frame.tsx';
import { fleetStrings } from '../../strings-of-fleet.ts';
import './fleet.css';
import { GpuPanel } from './gpu-panel.tsx';
import { ReplicaPanels } from './replica-panels.tsx';

const { sections: titles } = fleetStrings;
const sections: readonly Section[] = [{ letter: 'r', id: 'replicas', title: titles.replicas }, { letter: 't', id: 'gpu', title: titles.gpu }, { letter: 'l', id: 'left', title: titles.left }];

/** The page of the house: which replicas are there, in what state, how loaded, and where does their time go? */
export function FleetPage({ hello, live, onReconnect }: { readonly hello: Hello; readonly live: LiveState; readonly onReconnect: () => void }): ReactElement {
  const { now } = live;
  const names = useMemo(() => new Map(hello.tenants.map(({ id, name }) => [id, name])), [hello]);
  return (
    <Frame hello={hello} page="fleet" sections={sections} live={live} onReconnect={onReconnect} busy={now === null}>
      {now !== null && <>
        <GpuPanel now={now} hello={hello} tenantName={(id) => names.get(id) ?? id} />
        <ReplicaPanels now={now} />
      </>}
    </Frame>
  );
}
