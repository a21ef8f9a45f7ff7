import { createHash } from 'node:crypto';

/** Stands for all that a store has, in the order of its keys. */
export function contentOf(pairs: Iterable<readonly [key: Uint8Array, value: Uint8Array]>): string {
  const hash = createHash('sha256');
  for (const [key, value] of pairs) hash.update(`${key.length} ${value.length} `).update(key).update(value);
  return hash.digest('hex').slice(0, 16);
}
