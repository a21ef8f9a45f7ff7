import type { ReactElement } from 'react';
import type { Hello } from '../../api.ts';
import type { LiveState } from '../../live/live-feed.ts';
import { Frame, type Section } from '../../shell/frame.tsx';
import { holdStrings } from '../../strings-of-holds.ts';
import { GatewaysPanel } from './gateways-panel.tsx';
import { HoldList } from './hold-list.tsx';

const { sections: titles } = holdStrings;
const sections: readonly Section[] = [{ letter: 'h', id: 'holds', title: titles.holds }, { letter: 'g', id: 'gateways', title: titles.gateways }, { letter: 'm', id: 'missing', title: titles.missing }];

/** The page of the house: what waits for a person, why, and what will each choice do? With it the gateways, whose silence and gaps others wait for. */
export function HoldsPage({ hello, live, onReconnect }: { readonly hello: Hello; readonly live: LiveState; readonly onReconnect: () => void }): ReactElement {
  const { now } = live;
  return (
    <Frame hello={hello} page="holds" sections={sections} live={live} onReconnect={onReconnect} busy={now === null}>
      {now !== null && <>
        <HoldList now={now} decides={hello.may.includes('operate')} />
        <GatewaysPanel now={now} hello={hello} />
      </>}
    </Frame>
  );
}
