import type { KeyPart } from './key.ts';

/** Whether a part of a key is its own code: a small number that is not negative. */
export function isOwnCode(part: KeyPart): part is number {
  return typeof part === 'number' && (part | 0) === part && part >= 0;
}

/** A hash, and one code more. */
export function mixed(hash: number, code: number): number {
  const product = Math.imul(hash ^ code, 0x85ebca6b);
  return product ^ (product >>> 15);
}
