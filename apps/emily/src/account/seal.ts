import { createCipheriv, createDecipheriv, randomBytes } from 'node:crypto';

/*
 * What the log of commands knows of a person, sealed with a key of that person's own: the log keeps everything for
 * ever, and forgets what is in here when the key is shredded.
 *
 *   sealed := base64url of ( nonce 12 bytes, tag 16 bytes, AES-256-GCM of the JSON of the value )
 *
 * Bound to whom it is about: under another name it does not open.
 */
const nonceBytes = 12;
const tagBytes = 16;
const sealKeyBytes = 32;

/** Of one person; nothing else has it. */
export type SealKey = Buffer;

export const newSealKey = (): SealKey => randomBytes(sealKeyBytes);

export function seal(key: SealKey, about: string, value: unknown): string {
  const nonce = randomBytes(nonceBytes);
  const cipher = createCipheriv('aes-256-gcm', key, nonce).setAAD(Buffer.from(about));
  const text = Buffer.concat([cipher.update(JSON.stringify(value)), cipher.final()]);
  return Buffer.concat([nonce, cipher.getAuthTag(), text]).toString('base64url');
}

/** The value; throws where it is not what was sealed with this key about this person. */
export function unseal(key: SealKey, about: string, sealed: string): unknown {
  const bytes = Buffer.from(sealed, 'base64url');
  const decipher = createDecipheriv('aes-256-gcm', key, bytes.subarray(0, nonceBytes), { authTagLength: tagBytes }).setAAD(Buffer.from(about));
  decipher.setAuthTag(bytes.subarray(nonceBytes, nonceBytes + tagBytes));
  const text = Buffer.concat([decipher.update(bytes.subarray(nonceBytes + tagBytes)), decipher.final()]);
  return JSON.parse(text.toString());
}
