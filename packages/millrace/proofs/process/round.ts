import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Chance } from '../../src/testing/simulate/chance.ts';
import { Client, type Ended, type Life } from './client.ts';
import { receiver } from './receiver.ts';

/** Longer than any process takes to come to its end. */
const PATIENCE_MS = 60_000;

/** What a number of rounds came to. */
export interface Rounds {
  readonly rounds: number;
  /** How many events there were, and how many were sent again. */
  readonly events: number;
  readonly again: number;
  /** What else is worth a number. */
  readonly counts: Readonly<Record<string, number>>;
  readonly problems: readonly string[];
}

/** A fault of the real process: so many times, of a seed; told how many are done. */
export type Fault = (seed: number, rounds: number, told: (done: number) => void) => Promise<Rounds>;

/**
 * A store, and a client that appends to it while `afflict` does what goes wrong, in one process after the other. Then
 * one more process gets what is left, and what its files say is compared with the events.
 */
export async function afflicted(seed: number, afflict: (client: Client, chance: Chance) => Promise<Afflicted>): Promise<Rounds> {
  const folder = mkdtempSync(join(tmpdir(), 'millrace-process-'));
  const chance = new Chance(seed);
  const told = await receiver(chance.branch('receiver'));
  try {
    const client = new Client(folder, chance, told);
    const { rounds, counts, problems } = await afflict(client, chance);
    const found = problems.length > 0 ? problems : await finished(client);
    return { rounds, counts, events: client.events.length, again: client.again, problems: found };
  } finally {
    told.close();
    rmSync(folder, { recursive: true, force: true });
  }
}

export interface Afflicted {
  readonly rounds: number;
  readonly counts: Readonly<Record<string, number>>;
  readonly problems: readonly string[];
}

async function finished(client: Client): Promise<readonly string[]> {
  client.end();
  const ended = await patiently(client, {});
  return ended.code === 0 ? client.problems() : [endOf(ended)];
}

/** A life, which is killed where it takes too long. */
export async function patiently(client: Client, life: Life): Promise<Ended> {
  let patience: NodeJS.Timeout | undefined;
  const started = (child: Parameters<NonNullable<Life['started']>>[0]): void => {
    patience = setTimeout(() => void child.kill('SIGKILL'), PATIENCE_MS);
    life.started?.(child);
  };
  try {
    return await client.live({ ...life, started });
  } finally {
    clearTimeout(patience);
  }
}

/** That a process should not have ended so. */
export function endOf({ code, signal, stderr }: Ended): string {
  return `a process ended with ${code ?? signal}: ${stderr.slice(0, 1_000)} … ${stderr.slice(-1_000)}`;
}
