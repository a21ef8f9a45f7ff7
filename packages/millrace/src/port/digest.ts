import { hash } from 'node:crypto';

/** How many characters a digest has, each standing for a byte. */
export const DIGEST_LENGTH = 16;

/**
 * 128 bits that stand for some bytes: the beginning of their SHA-256, as a string of 16 characters
 * below 256. A string, because making one takes a fifth of the time that making a buffer takes; SHA-256,
 * because processors have instructions for it, which makes it faster than MD5, and nobody finds two
 * contents with one digest.
 */
export function digest128(bytes: Uint8Array): string {
  return hash('sha256', bytes, 'binary').slice(0, DIGEST_LENGTH);
}
