import { join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { seededRandom } from '../../src/demo/random.ts';
import { type Ended, type EmilyProcess, launch } from '../../test/emily-process.ts';
import { type Operator, signIn } from '../../test/operator.ts';
import { type Sample, sampled } from './watch.ts';

/** How long a life is on average before it is killed, in s. */
const LIFE_S_MEAN = 60;
const SAMPLE_EVERY_MS = 5_000;
const SECOND_MS = 1_000;

export type Soaked = {
  readonly kills: number;
  /** How the last life ended, which nobody killed. */
  readonly ended: Ended;
  /** By life. */
  readonly samples: readonly (readonly Sample[])[];
};

export type SoakOptions = {
  readonly folder: string;
  readonly trace: string;
  readonly seed: number;
  /** Nobody is killed once so many requests are through. */
  readonly killsUntil: number;
  /** How many requests are through. */
  readonly at: (done: number) => void;
};

/** Replays a trace as fast as it was, by the same command after every kill -9, until one of its lives gets to the end. */
export async function soak({ folder, trace, seed, killsUntil, at }: SoakOptions): Promise<Soaked> {
  const random = seededRandom(seed, 'kills');
  const data = join(folder, 'data');
  const samples: Sample[][] = [];
  let through = 0;
  for (let kills = 0; ; kills += 1) {
    const emily = launch(['--data', data, '--replay', trace, '--speed', '1', '--json', '--exit']);
    try {
      const lifeS = -Math.log(1 - random()) * LIFE_S_MEAN;
      const life: Sample[] = [];
      samples.push(life);
      through = await lived(emily, { lifeS, data, life, at, killsUntil, through });
      if (!emily.running) return { kills, ended: await emily.end(), samples };
      // What ended by itself in this moment was not killed.
      const ended = await emily.kill();
      if (ended.signal !== 'SIGKILL') return { kills, ended, samples };
    } catch (error) {
      await emily.kill();
      throw error;
    }
  }
}

type Life = { readonly lifeS: number; readonly data: string; readonly life: Sample[]; readonly at: (done: number) => void; readonly killsUntil: number; readonly through: number };

/** Until its time has come or it has ended by itself; how many requests are through then. */
async function lived(emily: EmilyProcess, { lifeS, data, life, at, killsUntil, through }: Life): Promise<number> {
  const begun = performance.now();
  const age = (): number => (performance.now() - begun) / SECOND_MS;
  let operator: Operator | undefined;
  let done = through;
  for (let next = SAMPLE_EVERY_MS / SECOND_MS; emily.running; ) {
    if (age() >= lifeS && done < killsUntil) return done;
    await delay(Math.max(1, Math.min(SAMPLE_EVERY_MS / 10, (lifeS - age()) * SECOND_MS)));
    if (age() < next || !emily.running) continue;
    next += SAMPLE_EVERY_MS / SECOND_MS;
    if (operator === undefined && /sign-in\?token=/.test(emily.stderr)) operator = await signIn(emily).catch(whenGone(emily));
    done = (await operator?.get<{ replay: { done: number } }>('/console/hello').catch(whenGone(emily)))?.replay.done || done;
    at(done);
    const sample = sampled(emily.pid, data, age(), done);
    if (sample !== undefined && operator !== undefined) life.push(sample);
  }
  return done;
}

/** A process that has ended answers no more. */
function whenGone(emily: EmilyProcess): (error: unknown) => Promise<undefined> {
  return async (error) => {
    await delay(SECOND_MS);
    if (emily.running) throw error;
    return undefined;
  };
}
