import type { ReactElement } from 'react';
import type { Hello, Now } from '../../api.ts';
import { formatCount, formatRate, formatShare } from '../../format/number.ts';
import { strings } from '../../strings.ts';
import './replay-progress.css';

/** How far the replay of a trace has come; nothing where none runs. */
export function ReplayProgress({ now, hello }: { readonly now: Now; readonly hello: Hello }): ReactElement | null {
  const { replay } = now;
  if (replay === null) return null;
  const say = strings.now.replay;
  const file = hello.replay?.file ?? '';
  const title = replay.finished ? say.finished(file) : say.title(file);
  return (
    <div className="replay">
      <span className="replay-title">{title}</span>
      <progress max={Math.max(1, replay.rows)} value={replay.done} aria-label={title}>{formatShare(replay.done / Math.max(1, replay.rows))}</progress>
      <span>{say.progress(formatCount(replay.done), formatCount(replay.rows))}</span>
      {!replay.finished && <span>{say.speed(formatRate(replay.requestsPerSecond))}</span>}
    </div>
  );
}
