import { randomBytes, scrypt, timingSafeEqual, type ScryptOptions } from 'node:crypto';

/** A password as it is kept: what was made of it, and with which salt and effort. */
export type PasswordHash = { readonly hash: string; readonly salt: string; readonly N: number; readonly r: number; readonly p: number };

/** In characters, after normalising. Long is what makes one good; what it is made of nobody is told. */
export const PASSWORD_LENGTH_MIN = 12;
export const PASSWORD_LENGTH_MAX = 256;

/** About a fifth of a second of one core, and 32 MiB. */
const effort = { N: 2 ** 15, r: 8, p: 3 } as const;
const memoryBytesMax = 64 * 2 ** 20;
const hashBytes = 32;
const saltBytes = 16;

/** Why a password is none, in a sentence; undefined: it is one. */
export function passwordFlaw(password: unknown): string | undefined {
  const length = typeof password === 'string' && password.isWellFormed() ? normal(password).length : 0;
  if (length >= PASSWORD_LENGTH_MIN && length <= PASSWORD_LENGTH_MAX) return undefined;
  return `password must be a text of ${PASSWORD_LENGTH_MIN} to ${PASSWORD_LENGTH_MAX} characters.`;
}

export async function hashPassword(password: string): Promise<PasswordHash> {
  const salt = randomBytes(saltBytes);
  return { hash: (await derived(password, salt, effort)).toString('base64'), salt: salt.toString('base64'), ...effort };
}

/** Whether it is this password. Without a hash the answer is no, and takes as long. */
export async function isPassword(password: string, kept: PasswordHash | undefined): Promise<boolean> {
  const { hash, salt, N, r, p } = kept ?? nobodys;
  const made = await derived(password, Buffer.from(salt, 'base64'), { N, r, p });
  return timingSafeEqual(made, Buffer.from(hash, 'base64')) && kept !== undefined;
}

const nobodys: PasswordHash = { hash: Buffer.alloc(hashBytes).toString('base64'), salt: Buffer.alloc(saltBytes).toString('base64'), ...effort };

/** However a keyboard writes it, it is the same text. */
const normal = (password: string): string => password.normalize('NFKC');

function derived(password: string, salt: Buffer, options: ScryptOptions): Promise<Buffer> {
  const { promise, resolve, reject } = Promise.withResolvers<Buffer>();
  scrypt(normal(password), salt, hashBytes, { ...options, maxmem: memoryBytesMax }, (error, key) => (error === null ? resolve(key) : reject(error)));
  return promise;
}
