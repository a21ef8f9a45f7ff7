import { useSyncExternalStore, type ReactElement } from 'react';
import type { Hello } from '../api.ts';
import { Moment } from '../format/moment.tsx';
import { formatCount } from '../format/number.ts';
import type { LiveState } from '../live/live-feed.ts';
import { strings } from '../strings.ts';
import { pageStrings } from '../strings-of-pages.ts';
import { Nav } from './nav.tsx';
import type { PageId } from './page-id.ts';
import { currentTheme, onTheme, toggleTheme } from './theme.ts';
import './header.css';

/** Whose console this is, where its demand comes from, and how fresh the page is. */
export function Header({ hello, live, page, onHelp }: {
  readonly hello: Hello;
  readonly live: LiveState | null;
  readonly page: PageId;
  readonly onHelp: () => void;
}): ReactElement {
  const theme = useSyncExternalStore(onTheme, currentTheme);
  return (
    <header className="header">
      <a className="skip" href="#page">{strings.skip}</a>
      <span className="brand">{strings.product}</span>
      <span className="mode">{modeOf(hello)}</span>
      <Nav hello={hello} page={page} />
      {live === null ? <span className="freshness" /> : <Freshness live={live} />}
      <button type="button" className="button quiet" onClick={toggleTheme} aria-label={theme === 'dark' ? strings.theme.toLight : strings.theme.toDark} title={theme === 'dark' ? strings.theme.toLight : strings.theme.toDark}>
        <ThemeIcon />
      </button>
      <button type="button" className="button quiet" onClick={onHelp} aria-label={strings.help.open} title={strings.help.open}><kbd>?</kbd></button>
    </header>
  );
}

/** Whose console it is: of a tenant, or, for the operator, of what demand. */
const modeOf = ({ who, mode }: Hello): string => (who.tenant === null ? strings.modes[mode] : pageStrings.signedInAs(who.tenant.name, pageStrings.roles[who.role]));

const Freshness = ({ live }: { readonly live: LiveState }): ReactElement => (
  <span className={`freshness ${live.status}`}>
    <span className="freshness-dot" aria-hidden="true" />
    {freshness(live)}
    {live.now !== null && <> <Moment at={live.now.at} /><span className="freshness-commit" title={strings.live.commitWhy}> · {strings.live.commit(formatCount(live.now.commit))}</span></>}
  </span>
);

function freshness({ status }: LiveState): string {
  if (status === 'live') return strings.live.live;
  return status === 'connecting' ? strings.live.connecting : strings.live.stale;
}

const ThemeIcon = (): ReactElement => (
  <svg className="theme-icon" viewBox="0 0 16 16" aria-hidden="true"><circle cx="8" cy="8" r="6" /><path d="M8 2a6 6 0 0 1 0 12z" /></svg>
);
