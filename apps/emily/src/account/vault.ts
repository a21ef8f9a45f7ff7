import type { UserId } from '../domain/names.ts';
import type { SealKey } from './seal.ts';

/**
 * The keys with which what is known of each user is sealed: the one place where something about people is changed
 * and deleted, and not only written.
 *
 * - `add` resolves once the key is durable; only then is anything sealed with it.
 * - When `shred` resolves the key is gone, here and where it was stored, and does not come back with a restart.
 */
export interface Vault {
  keyOf(user: UserId): SealKey | undefined;
  add(user: UserId, key: SealKey): Promise<void>;
  shred(user: UserId): Promise<void>;
}

/** Keys that are none, or not those with which something was sealed. */
export class VaultBroken extends Error {
  readonly code = 'VAULT_BROKEN';
  readonly cure = 'Restore the file of keys from a backup. Without it the names of users are lost, and they sign in by links only: then take it away.';
}

/** For what is not to outlive the process: replays and tests. */
export function memoryVault(): Vault {
  const keys = new Map<UserId, SealKey>();
  return {
    keyOf: (user) => keys.get(user),
    add: async (user, key) => void keys.set(user, key),
    shred: async (user) => void keys.delete(user),
  };
}
