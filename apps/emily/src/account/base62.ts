/** Digits, upper case, lower case: nothing that a URL, a shell or a double click would break. */
const digits = '0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz';
const base = 62n;

/** The bytes as one big number in base 62, filled with zeros to `length` digits. */
export function base62(bytes: Uint8Array, length: number): string {
  let rest = 0n;
  for (const byte of bytes) rest = (rest << 8n) | BigInt(byte);
  let text = '';
  while (rest > 0n) {
    text = digits[Number(rest % base)]! + text;
    rest /= base;
  }
  return text.padStart(length, '0');
}
