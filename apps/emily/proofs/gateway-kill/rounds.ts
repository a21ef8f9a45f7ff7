import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { type Random, seededRandom } from '../../src/demo/random.ts';
import { type EmilyProcess, launch } from '../../test/emily-process.ts';
import { storeIn } from '../../test/stored.ts';
import { booksIn, type Books } from '../shared/books.ts';
import { finalInGap } from './gap.ts';
import type { Life } from './judged.ts';
import { load } from './load.ts';
import { ReplicaProcess } from './replica-process.ts';

const MODEL = 'mortal';
const REPLICAS = 2;
const LANES = 16;
/** How long a life takes calls before it is killed. */
const LIFE_MS_MAX = 1_500;
/** So many of ten rounds kill a replica too, and so many kill a process that is not up yet. */
const REPLICA_IN_TEN = 3;
const STARTING_IN_TEN = 1;
const START_MS_MAX = 1_500;
/** How often the books are looked at between a kill and the next start. */
const GAP_LOOKED_AT_EVERY = 10;

export type Rounds = {
  readonly kills: { readonly gateway: number; readonly starting: number; readonly replica: number };
  readonly lives: readonly Life[];
  readonly books: Books;
  /** What was wrong with the books while nobody was there, and how often they were looked at. */
  readonly gap: { readonly problems: readonly string[]; readonly looks: number };
};

export type RoundsOptions = { readonly folder: string; readonly rounds: number; readonly seed: number; readonly at: (round: number) => void };

/** Kills Emily, gateway and meter in one process, and its replicas under load, and starts them again on the same data. */
export async function killRounds({ folder, rounds, seed, at }: RoundsOptions): Promise<Rounds> {
  const random = seededRandom(seed, 'gateway-kill');
  const replicas = Array.from({ length: REPLICAS }, () => new ReplicaProcess(MODEL));
  try {
    for (const replica of replicas) await replica.start();
    const config = join(folder, 'emily.config.json');
    writeFileSync(config, JSON.stringify({ models: [{ id: MODEL, driver: 'external', addresses: replicas.map(({ origin }) => origin) }] }));
    const data = join(folder, 'data');
    const args = ['--data', data, '--config', config, '--no-demand'];
    const kills = { gateway: 0, starting: 0, replica: 0 };
    const lives: Life[] = [];
    const problems: string[] = [];
    let looks = 0;
    for (let round = 1; round <= rounds; round += 1) {
      if (round > 1 && random() * 10 < STARTING_IN_TEN) {
        const starting = launch(args);
        await delay(random() * START_MS_MAX);
        await starting.kill();
        kills.starting += 1;
      }
      const mortal = random() * 10 < REPLICA_IN_TEN ? replicas[Math.floor(random() * REPLICAS)] : undefined;
      lives.push(await lived(launch(args), random, mortal));
      kills.gateway += 1;
      if (mortal !== undefined) kills.replica += 1;
      if (round % GAP_LOOKED_AT_EVERY === 0) {
        problems.push(...(await finalInGap(await storeIn(data))));
        looks += 1;
      }
      at(round);
    }
    const last = launch(args);
    await last.link();
    last.signal('SIGTERM');
    const { code, stderr } = await last.end();
    if (code !== 0) throw new Error(`expected the last life to end with code 0, came ${code}: ${stderr.slice(-2_000)}`);
    return { kills, lives, books: await booksIn(await storeIn(data)), gap: { problems, looks } };
  } finally {
    for (const replica of replicas) await replica.kill();
  }
}

/** One life under load; its replica, where it is mortal, dies in the middle of it and comes again. */
async function lived(emily: EmilyProcess, random: Random, mortal: ReplicaProcess | undefined): Promise<Life> {
  try {
    const [{ origin }, apiKey] = [await emily.link(), await emily.demoKey()];
    let isOver = false;
    const loaded = load({ origin, apiKey, model: MODEL, random, lanes: LANES, goesOn: () => !isOver });
    const lifeMs = LIFE_MS_MAX * random();
    await delay(lifeMs / 2);
    await mortal?.kill();
    await delay(lifeMs / 2);
    isOver = true;
    const killedMs = performance.now();
    await emily.kill();
    await mortal?.start();
    return { killedMs, seen: await loaded };
  } finally {
    await emily.kill();
  }
}
