import type { EpochMs } from '../../api.ts';
import type { Key } from '../../api-keys.ts';

export type KeyState = 'good' | 'expired' | 'revoked';

/** What a key is good for at a time. */
export function stateOf({ revokedAt, expiresAt }: Pick<Key, 'revokedAt' | 'expiresAt'>, at: EpochMs): KeyState {
  if (revokedAt !== null && Date.parse(revokedAt) <= at) return 'revoked';
  return expiresAt !== null && Date.parse(expiresAt) <= at ? 'expired' : 'good';
}

/** What opens things before what does not; of each the newest first. */
export const inOrder = (keys: readonly Key[], at: EpochMs): readonly Key[] =>
  keys.toSorted((a, b) => Number(stateOf(a, at) !== 'good') - Number(stateOf(b, at) !== 'good') || Date.parse(b.createdAt) - Date.parse(a.createdAt));
