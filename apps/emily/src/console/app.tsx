import { lazy, Suspense, useCallback, useEffect, useRef, useState, useSyncExternalStore, type ReactElement } from 'react';
import { paths, type Hello } from './api.ts';
import { ask, SIGNED_OUT, SignedOut } from './live/ask.ts';
import { LiveFeed, type LiveState } from './live/live-feed.ts';
import { NowPage } from './pages/now/now.tsx';
import { Notice } from './shell/notice.tsx';
import { type PageId, usePage } from './shell/page-id.ts';
import { SignIn } from './shell/sign-in.tsx';
import { strings } from './strings.ts';

/* Each page but the first comes when it is gone to. */
const AuditPage = lazy(async () => ({ default: (await import('./pages/audit/audit.tsx')).AuditPage }));
const FleetPage = lazy(async () => ({ default: (await import('./pages/fleet/fleet.tsx')).FleetPage }));
const HoldsPage = lazy(async () => ({ default: (await import('./pages/holds/holds.tsx')).HoldsPage }));
const TenantsPage = lazy(async () => ({ default: (await import('./pages/tenants/tenants.tsx')).TenantsPage }));
const ModelsPage = lazy(async () => ({ default: (await import('./pages/models/models.tsx')).ModelsPage }));
const PlaygroundPage = lazy(async () => ({ default: (await import('./pages/playground/playground.tsx')).PlaygroundPage }));
const RequestsPage = lazy(async () => ({ default: (await import('./pages/requests/requests.tsx')).RequestsPage }));
const BudgetsPage = lazy(async () => ({ default: (await import('./pages/budgets/budgets.tsx')).BudgetsPage }));
const KeysPage = lazy(async () => ({ default: (await import('./pages/keys/keys.tsx')).KeysPage }));
const UsagePage = lazy(async () => ({ default: (await import('./pages/usage/usage.tsx')).UsagePage }));

type Greeting =
  | { readonly state: 'asking' | 'signed-out' }
  | { readonly state: 'unreachable'; readonly problem: string }
  | { readonly state: 'known'; readonly hello: Hello };

/** The console. Trying again is a new session, with nothing left of the one before. */
export function App(): ReactElement {
  const [attempt, setAttempt] = useState(0);
  return <Session key={attempt} onAgain={() => setAttempt((last) => last + 1)} />;
}

/* Says hello, then shows the page; or says what to do to get there. */
function Session({ onAgain }: { readonly onAgain: () => void }): ReactElement | null {
  const [greeting, setGreeting] = useState<Greeting>({ state: 'asking' });

  useEffect(() => {
    const stop = new AbortController();
    ask<Hello>(paths.hello, stop.signal).then(
      (hello) => setGreeting({ state: 'known', hello }),
      (error: unknown) => {
        if (stop.signal.aborted) return;
        setGreeting(error instanceof SignedOut ? { state: 'signed-out' } : { state: 'unreachable', problem: error instanceof Error ? error.message : String(error) });
      },
    );
    return () => stop.abort();
  }, []);
  useEffect(() => {
    const over = (): void => setGreeting({ state: 'signed-out' });
    addEventListener(SIGNED_OUT, over);
    return () => removeEventListener(SIGNED_OUT, over);
  }, []);

  switch (greeting.state) {
    case 'asking': return null;
    case 'signed-out': return <SignIn onAgain={onAgain} />;
    case 'unreachable': return <Notice title={strings.unreachable.title} text={strings.unreachable.text(paths.hello, greeting.problem)} action={strings.unreachable.again} onAction={onAgain} />;
    case 'known': return greeting.hello.may.includes('watch') ? <Live hello={greeting.hello} onAgain={onAgain} /> : <Page hello={greeting.hello} live={null} onReconnect={onAgain} />;
  }
}

function Live({ hello, onAgain }: { readonly hello: Hello; readonly onAgain: () => void }): ReactElement {
  const [feed] = useState(() => new LiveFeed());
  const live = useSyncExternalStore(feed.subscribe, feed.get);
  useEffect(() => {
    feed.start();
    return () => feed.stop();
  }, [feed]);
  return live.status === 'signed-out' ? <SignIn onAgain={onAgain} /> : <Page hello={hello} live={live} onReconnect={feed.connect} />;
}

/** The page that the address names. Those that show how Emily runs are for who may watch it, and wait for nothing else. */
function Page({ hello, live, onReconnect }: { readonly hello: Hello; readonly live: LiveState | null; readonly onReconnect: () => void }): ReactElement {
  const page = usePage(hello);
  const arrive = useArrival(page);
  return (
    <Suspense key={page} fallback={null}>
      <PageOf page={page} hello={hello} live={live} onReconnect={onReconnect} />
      <Arrival page={page} onArrive={arrive} />
    </Suspense>
  );
}

function PageOf({ page, ...shared }: { readonly page: PageId; readonly hello: Hello; readonly live: LiveState | null; readonly onReconnect: () => void }): ReactElement {
  switch (page) {
    case 'budgets': return <BudgetsPage {...shared} />;
    case 'keys': return <KeysPage {...shared} />;
    case 'playground': return <PlaygroundPage {...shared} />;
    case 'usage': return <UsagePage {...shared} />;
    default: return shared.live === null ? <UsagePage {...shared} /> : <WatchedPage {...shared} live={shared.live} page={page} />;
  }
}

function WatchedPage({ page, ...shared }: { readonly page: PageId; readonly hello: Hello; readonly live: LiveState; readonly onReconnect: () => void }): ReactElement {
  switch (page) {
    case 'requests': return <RequestsPage {...shared} />;
    case 'holds': return <HoldsPage {...shared} />;
    case 'tenants': return <TenantsPage {...shared} />;
    case 'audit': return <AuditPage {...shared} />;
    case 'fleet': return <FleetPage {...shared} />;
    case 'models': return <ModelsPage {...shared} />;
    default: return <NowPage {...shared} />;
  }
}

/** Whoever goes to another page begins at its title: screen readers say it, and Tab goes on from there. */
function useArrival(first: PageId): (page: PageId) => void {
  const last = useRef(first);
  return useCallback((page) => {
    if (last.current === page) return;
    last.current = page;
    scrollTo(0, 0);
    document.getElementById('page-title')?.focus({ preventScroll: true });
  }, []);
}

/* Beside the page: says so once that is there. */
function Arrival({ page, onArrive }: { readonly page: PageId; readonly onArrive: (page: PageId) => void }): null {
  useEffect(() => onArrive(page), [page, onArrive]);
  return null;
}
