import { createHmac } from 'node:crypto';

/** HMAC-SHA256 of a text, in base64. */
export function hmacSha256(key: Uint8Array, text: string): string {
  return createHmac('sha256', key).update(text).digest('base64');
}
