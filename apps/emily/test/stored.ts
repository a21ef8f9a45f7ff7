import { readdir } from 'node:fs/promises';
import { join } from 'node:path';
import type { BadRecord } from 'millrace';
import type { UsageFact } from '../src/domain/usage-fact.ts';
import type { UsageMessage } from '../src/gateway/numbering.ts';
import { emilyProgram, type logs } from '../src/app/program.ts';

/** The one store in a data folder, which its process has left. */
export async function storeIn(data: string): Promise<string> {
  const [name, ...others] = await readdir(data);
  if (name === undefined || others.length > 0) throw new Error(`expected one store in ${data}, found ${others.length + (name === undefined ? 0 : 1)}`);
  return join(data, name);
}

/** All rows of one of Emily's logs, read with Millrace as the next start would. */
export async function storedRows<T>(store: string, log: keyof typeof logs): Promise<readonly T[]> {
  const program = emilyProgram({ zone: 'Europe/Berlin', replay: true });
  await program.start({ store, anyTime: true });
  try {
    return [...program.read(log)] as T[];
  } finally {
    await program.stop();
  }
}

/** What gateways reported, without their numbers and promises. */
export const factsOf = (messages: readonly UsageMessage[]): readonly UsageFact[] => messages.flatMap((message) => (message.kind === 'event' ? [message.value] : []));

/** What was set aside, the newest first. */
export async function storedBad(store: string): Promise<readonly BadRecord[]> {
  const program = emilyProgram({ zone: 'Europe/Berlin', replay: true });
  await program.start({ store, anyTime: true });
  try {
    return program.bad(1_000);
  } finally {
    await program.stop();
  }
}
