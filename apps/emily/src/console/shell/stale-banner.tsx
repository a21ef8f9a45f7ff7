import type { ReactElement } from 'react';
import { formatMoment } from '../format/time.ts';
import type { LiveState } from '../live/live-feed.ts';
import { strings } from '../strings.ts';
import './stale-banner.css';

/** Says that the numbers stand still, since when, and what happens now. Nothing while they move. */
export function StaleBanner({ live, onReconnect }: { readonly live: LiveState; readonly onReconnect: () => void }): ReactElement | null {
  if (live.status !== 'stale' && !live.unreadable) return null;
  const say = strings.stale;
  return (
    <div className="stale-banner" role="alert">
      <p>
        <b>{live.now === null ? say.never : say.title(formatMoment(live.now.at))}</b> {live.unreadable ? say.unreadable : say.text}
      </p>
      <button type="button" className="button" onClick={onReconnect}>{say.reconnect}</button>
    </div>
  );
}
