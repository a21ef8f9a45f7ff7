import { hash, randomBytes } from 'node:crypto';
import { crc32 } from 'node:zlib';
import { keyId, type KeyId } from '../domain/names.ts';
import { base62 } from './base62.ts';

/*
 * An API key, as a customer holds it.
 *
 *   key      := "em_" id "_" secret
 *   id       := 11 base62 digits         8 random bytes; public: it names the key in lists and facts
 *   secret   := 43 digits, check sum     32 random bytes in base62
 *   check sum := 6 base62 digits         CRC-32 of all before it
 *
 * The check sum finds typing errors, and lets a scanner tell a leaked key from a look-alike,
 * without asking anyone. Only the SHA-256 of a key is ever stored.
 */
const idBytes = 8;
const idDigits = 11;
const secretBytes = 32;
const secretDigits = 43;
const checkSumDigits = 6;

const pattern = new RegExp(`^em_([0-9A-Za-z]{${idDigits}})_[0-9A-Za-z]{${secretDigits + checkSumDigits}}$`);

export type NewKey = {
  readonly id: KeyId;
  /** The whole key: shown once, kept nowhere. */
  readonly text: string;
  readonly digest: string;
};

export function newApiKey(): NewKey {
  const id = base62(randomBytes(idBytes), idDigits);
  const open = `em_${id}_${base62(randomBytes(secretBytes), secretDigits)}`;
  const text = open + checkSum(open);
  return { id: keyId(id), text, digest: keyDigest(text).toString('hex') };
}

/** The id in a key, or undefined where the text is no key at all. */
export function idOfKey(text: string): KeyId | undefined {
  const id = pattern.exec(text)?.[1];
  if (id === undefined || checkSum(text.slice(0, -checkSumDigits)) !== text.slice(-checkSumDigits)) return undefined;
  return keyId(id);
}

/** A key that was made elsewhere, by the same rules; undefined where the text is none. */
export function keyOfText(text: string): NewKey | undefined {
  const id = idOfKey(text);
  return id === undefined ? undefined : { id, text, digest: keyDigest(text).toString('hex') };
}

export const keyDigest = (text: string): Buffer => hash('sha256', text, 'buffer');

function checkSum(text: string): string {
  const bytes = Buffer.alloc(4);
  bytes.writeUInt32BE(crc32(text));
  return base62(bytes, checkSumDigits);
}
