import { hash } from 'node:crypto';
import { chatCompletions, type Endpoint } from './endpoint.ts';

/** SHA-256 of what was asked, in hex: one body asked of two addresses is two requests. */
export function bodyHashOf(body: Buffer, { path }: Endpoint): string {
  return hash('sha256', path === chatCompletions.path ? body : Buffer.concat([Buffer.from(`${path}\n`), body]), 'hex');
}
