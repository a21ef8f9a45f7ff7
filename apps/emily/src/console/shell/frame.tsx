import { useEffect, useMemo, useState, type ReactElement, type ReactNode, type RefObject } from 'react';
import type { Hello } from '../api.ts';
import type { LiveState } from '../live/live-feed.ts';
import { strings } from '../strings.ts';
import { pageStrings } from '../strings-of-pages.ts';
import { Header } from './header.tsx';
import { HelpDialog } from './help-dialog.tsx';
import { useKeyboard, type Jump } from './keyboard.ts';
import { pageJumps, type PageId } from './page-id.ts';
import { goToSection } from './panel.tsx';
import { StaleBanner } from './stale-banner.tsx';
import './frame.css';

export type Section = { readonly letter: string; readonly id: string; readonly title: string };

/** What stands around every page: the header with the way to other pages, the title with its question, the keys. */
export function Frame({ hello, page, sections, live, onReconnect, search, className = '', aside, busy = false, children }: {
  readonly hello: Hello;
  readonly page: PageId;
  readonly sections: readonly Section[];
  /** The stream of how things stand; null where who is signed in is not told. */
  readonly live: LiveState | null;
  readonly onReconnect: () => void;
  /** What `/` goes to, and what that does. */
  readonly search?: { readonly field: RefObject<HTMLInputElement | null>; readonly title: string } | undefined;
  readonly className?: string;
  /** Beside the title. */
  readonly aside?: ReactNode;
  readonly busy?: boolean;
  readonly children: ReactNode;
}): ReactElement {
  const { title, question } = pageStrings.pages[page];
  const [help, setHelp] = useState(false);
  const jumps = useMemo((): readonly Jump[] => [...sections.map(({ letter, id, title: name }) => ({ letter, title: name, go: () => goToSection(id) })), ...pageJumps(hello)], [sections, hello]);
  useKeyboard(jumps, useMemo(() => ({ search: () => search?.field.current?.focus(), help: () => setHelp(true) }), [search]));
  useEffect(() => {
    document.title = `${title} · ${strings.product}`;
  }, [title]);
  const stale = live !== null && live.status !== 'live';
  return <>
    <Header hello={hello} live={live} page={page} onHelp={() => setHelp(true)} />
    {live !== null && <StaleBanner live={live} onReconnect={onReconnect} />}
    <main id="page" className={`page ${className}${stale ? ' stale-content' : ''}`} aria-busy={busy}>
      <div className="page-top">
        <h1 id="page-title" tabIndex={-1}>{title}<span className="unseen">: {question}</span></h1>
        {aside}
      </div>
      {children}
    </main>
    <HelpDialog open={help} jumps={jumps} search={search?.title} onClose={() => setHelp(false)} />
  </>;
}
