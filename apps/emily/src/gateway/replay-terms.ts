import { hash, timingSafeEqual } from 'node:crypto';
import type { IncomingHttpHeaders } from 'node:http';
import type { EpochMs } from '../domain/names.ts';

/** What a replay of a trace goes by. */
export type ReplayTerms = {
  /** Known to the replayer and to nobody else: what comes without it is not of the trace. */
  readonly secret: string;
  /** The time of the trace's last row; nothing of it is later. */
  readonly latest: EpochMs;
};

/** The header in which the replayer shows its secret. */
const header = 'x-replay-secret';

/** Whether a request is the replayer's own. Digests are compared, in a time that tells nothing about the secret. */
export function isFromReplayer({ [header]: shown }: IncomingHttpHeaders, { secret }: ReplayTerms): boolean {
  return typeof shown === 'string' && timingSafeEqual(digest(shown), digest(secret));
}

const digest = (text: string): Buffer => hash('sha256', text, 'buffer');
