import type { Order } from './arguments.ts';
import { disagreements, type Figures, figures } from './compare.ts';
import type { Measured } from './measure.ts';
import { runInProcess } from './run.ts';
import type { Launch } from './start-node.ts';
import { withTemporaryFolder } from './temporary-folder.ts';
import { isBesideM1, type QueryName, type StoreKind } from './workload.ts';

/** What was measured, by side; every side but the first only where the order asks for it. */
export type Outcome = {
  /** The engine, or the generator where the generator is the subject. */
  readonly subject: Figures;
  readonly hand?: Figures;
  readonly generator?: Figures;
  /** The engine on m1, in memory, beside m2, m1-producers and m1-revise. */
  readonly m1?: Figures;
  /** A sentence for each wrong answer; none is what one hopes for. */
  readonly disagreements: readonly string[];
};

type Side = 'subject' | 'hand' | 'generator' | 'm1';
type Sides = Partial<Record<Side, () => Promise<Measured>>>;
type Runs = ReadonlyMap<Side, readonly Measured[]>;

/** Runs every side `repeat` times, taking turns, so that a noisy minute meets all of them. */
export async function carryOut(order: Order, launch: Launch): Promise<Outcome> {
  const sides = Object.entries(sidesOf(order, launch)) as [Side, () => Promise<Measured>][];
  const runs = new Map(sides.map(([side]) => [side, [] as Measured[]]));
  for (let round = 0; round < order.repeat; round++) {
    for (const [side, run] of sides) runs.get(side)?.push(await run());
  }
  const best = Object.fromEntries([...runs].map(([side, all]) => [side, figures(order.events, all)]));
  return { ...best as Record<'subject', Figures>, disagreements: judged(order, runs) };
}

function sidesOf({ query, stream, store, events, hand, folder }: Order, launch: Launch): Sides {
  const generator = (): Promise<Measured> => runInProcess({ side: 'generator', stream, events }, launch);
  if (query === 'gen') return { subject: generator };
  const inMessages = query === 'm1-producers';
  const engine = (on: QueryName, where: StoreKind): Promise<Measured> => where === 'memory'
    ? runInProcess({ side: 'millrace', query: on, events, inMessages }, launch)
    : withTemporaryFolder(folder, (path) => runInProcess({ side: 'millrace', query: on, events, inMessages, store: path }, launch));
  return {
    subject: () => engine(query, store),
    ...hand && { hand: () => runInProcess({ side: 'hand', query, events }, launch), generator },
    ...hand && query === 'm2' && { m1: () => engine('m1', 'memory') },
    ...isBesideM1(query) && { m1: () => engine('m1', store) },
  };
}

function judged({ query, events }: Order, runs: Runs): string[] {
  if (query === 'gen') return [];
  const given = (side: Side, by: string) => (runs.get(side) ?? []).map(({ rows, checksum }) => ({ rows, checksum, by }));
  return disagreements(query, events, [
    ...given('hand', 'the hand-written loop'),
    ...given('subject', 'millrace'),
    ...given('m1', 'millrace on m1'),
  ]);
}
