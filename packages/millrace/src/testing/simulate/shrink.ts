import { checked } from './check.ts';
import type { Fault } from './faults.ts';
import type { Shrunk } from './simulate.ts';
import { type Outcome, World, type WorldOptions } from './world.ts';

/** How many smaller cases are tried. */
const TRIES_MAX = 300;

interface Failed {
  readonly options: WorldOptions;
  readonly problems: readonly string[];
  readonly outcome: Outcome;
}

/**
 * The least of a run that still goes wrong: with fewer classes of fault, fewer faults, and fewer events.
 *
 * What happens changes with what is left out, so what is found may be another way to go wrong; it is one all the same.
 */
export async function shrunk(options: WorldOptions): Promise<Shrunk> {
  let least = await failing(options);
  let tries = 0;
  const take = async (smaller: WorldOptions): Promise<boolean> => {
    if (tries >= TRIES_MAX) return false;
    tries += 1;
    const found = await failing(smaller);
    if (found !== undefined) least = found;
    return found !== undefined;
  };
  for (const fault of options.faults) {
    const { options: now } = least ?? { options };
    await take({ ...now, faults: new Set([...now.faults].filter((other) => other !== fault)) });
  }
  for (let most = Math.floor(options.faultsMax / 2); most > 0; most = Math.floor(most / 2)) {
    if (!(await take({ ...(least?.options ?? options), faultsMax: most }))) break;
  }
  await withoutEvents(() => (least ?? { options }).options, take);
  const { problems = [], outcome, options: found } = least ?? { options };
  return { events: Object.fromEntries(found.events), faults: [...found.faults] as Fault[], faultsMax: found.faultsMax, problems, story: outcome?.story ?? [] };
}

/** Leaves out halves of the events, then quarters, down to single ones. */
async function withoutEvents(now: () => WorldOptions, take: (smaller: WorldOptions) => Promise<boolean>): Promise<void> {
  for (const source of now().events.keys()) {
    for (let size = Math.ceil((now().events.get(source) ?? []).length / 2); size >= 1; size = size === 1 ? 0 : Math.ceil(size / 2)) {
      for (let from = 0; from < (now().events.get(source) ?? []).length; ) {
        const list = now().events.get(source) ?? [];
        const events = new Map(now().events).set(source, [...list.slice(0, from), ...list.slice(from + size)]);
        if (!(await take({ ...now(), events }))) from += size;
      }
    }
  }
}

async function failing(options: WorldOptions): Promise<Failed | undefined> {
  const outcome = await new World(options).run();
  const { problems } = await checked(options.plan, outcome);
  return problems.length === 0 ? undefined : { options, problems, outcome };
}
