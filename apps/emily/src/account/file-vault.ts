import { readFileSync } from 'node:fs';
import { mkdir, open, rename, writeFile } from 'node:fs/promises';
import { dirname } from 'node:path';
import { userId, type UserId } from '../domain/names.ts';
import type { SealKey } from './seal.ts';
import { type Vault, VaultBroken } from './vault.ts';

/*
 * A vault in a file of its own, which nobody but Emily's user may read:
 *
 *   { "keys": { "usr_…": "32 bytes in base64", … } }
 *
 * Every change writes a new file, makes it durable, and puts it in the place of the one before: whoever dies in the
 * midst leaves the one or the other whole. A backup of this file is a backup of what was to be forgotten.
 */

const ownerOnly = 0o600;

export class FileVault implements Vault {
  readonly #path: string;
  readonly #keys: Map<UserId, SealKey>;
  #last: Promise<void> = Promise.resolve();

  /** VaultBroken where there is such a file, and it is none of keys. */
  constructor(path: string) {
    this.#path = path;
    this.#keys = read(path);
  }

  keyOf(user: UserId): SealKey | undefined {
    return this.#keys.get(user);
  }

  add(user: UserId, key: SealKey): Promise<void> {
    return this.#change((keys) => keys.set(user, key));
  }

  shred(user: UserId): Promise<void> {
    return this.#change((keys) => keys.delete(user));
  }

  /** One after the other; what could not be written has not happened. */
  #change(change: (keys: Map<UserId, SealKey>) => void): Promise<void> {
    const changed = this.#changeAfter(this.#last, change);
    this.#last = changed.catch(() => {});
    return changed;
  }

  async #changeAfter(last: Promise<void>, change: (keys: Map<UserId, SealKey>) => void): Promise<void> {
    await last;
    const next = new Map(this.#keys);
    change(next);
    await write(this.#path, next);
    change(this.#keys);
  }
}

function read(path: string): Map<UserId, SealKey> {
  let text: string;
  try {
    text = readFileSync(path, 'utf8');
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return new Map();
    throw error;
  }
  try {
    const { keys } = JSON.parse(text) as { readonly keys: Readonly<Record<string, string>> };
    return new Map(Object.entries(keys).map(([user, key]) => [userId(user), Buffer.from(key, 'base64')]));
  } catch (error) {
    throw new VaultBroken(`${path} holds no keys of users: ${(error as Error).message}`, { cause: error });
  }
}

async function write(path: string, keys: ReadonlyMap<UserId, SealKey>): Promise<void> {
  const folder = dirname(path);
  const temporary = `${path}.new`;
  await mkdir(folder, { recursive: true });
  const text = JSON.stringify({ keys: Object.fromEntries([...keys].map(([user, key]) => [user, key.toString('base64')])) });
  await writeFile(temporary, `${text}\n`, { mode: ownerOnly, flush: true });
  await rename(temporary, path);
  const directory = await open(folder);
  try {
    await directory.sync();
  } finally {
    await directory.close();
  }
}
