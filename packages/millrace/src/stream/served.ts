import type { Row } from '../operator/row.ts';
import type { Table as AskedTable } from '../operator/stateful.ts';
import type { PlanNode } from '../plan/node.ts';
import { isVersioned, tableShape } from '../plan/table-shape.ts';
import { systemClock } from '../port/clock.ts';
import type { ServedProgram, ServedTable } from '../serve/served.ts';
import { changelogNames, changelogOf, checkChangelog } from './changelogs.ts';
import type { HoldDecision } from './holds.ts';
import type { Program } from './program.ts';
import type { Runner } from './runner.ts';
import type { TableReader } from './table-reader.ts';

/** What whoever can reach a program over HTTP may do besides asking. */
export interface ServedRights {
  /** Decide on holds. */
  readonly resolve: boolean;
  /** Subscribe to changelogs, and acknowledge for any subscriber. */
  readonly acknowledge: boolean;
}

/** A program as it is served. */
export function servedBy(program: Program, running: () => Runner, { resolve, acknowledge }: ServedRights): ServedProgram {
  const { plan } = program;
  const changelog = (name: string): ReturnType<typeof changelogOf> => {
    checkChangelog(plan, name);
    return changelogOf(running(), name);
  };
  const tables = [...plan.tables].map(([name, id]): ServedTable => {
    const node = plan.nodes[id] as PlanNode;
    const key = 'key' in node ? node.key : undefined;
    const hasWindows = tableShape(plan.nodes, { node: id, port: 'out' })?.windows !== undefined;
    return { name, keyNames: key?.selectors.length === 0 ? [] : key?.names, hasWindows, isVersioned: isVersioned(plan.nodes, id) };
  });
  return {
    name: plan.name,
    tables,
    changelogNames: changelogNames(plan),
    commit: () => running().task.commitNumber,
    table: (name) => running().task.runtime.tables.get(name) as AskedTable<unknown, Row<unknown, unknown>>,
    get: (name, key, time, asKnownAt) => (program.tables as Record<string, TableReader<unknown, unknown>>)[name]?.now(key, time, asKnownAt),
    status: () => program.status(),
    full: () => running().task.logs.fullness.full?.reason,
    holds: () => program.holds(),
    missing: () => program.missing(),
    dependents: (table) => program.dependents(table),
    corrections: (range) => program.corrections(range),
    changelogs: () =>
      running().task.changelogs.map(({ name, log, subscribers }) => ({
        name,
        first: log.first,
        changes: log.end,
        subscribers: [...subscribers].map(([subscriber, { acknowledged }]) => ({ name: subscriber, acknowledged })),
      })),
    read: (name, subscriber, max) => {
      const one = changelog(name);
      return { acknowledged: one.acknowledged(subscriber), changes: one.read(subscriber, max) };
    },
    subscriptions: acknowledge
      ? {
          subscribe: async (name, subscriber, from) => {
            const one = changelog(name);
            await one.subscribe(subscriber, from);
            return one.acknowledged(subscriber);
          },
          unsubscribe: async (name, subscriber) => changelog(name).unsubscribe(subscriber),
          acknowledge: async (name, subscriber, position) => {
            const one = changelog(name);
            await one.acknowledge(subscriber, position);
            return one.acknowledged(subscriber);
          },
        }
      : undefined,
    resolve: resolve ? async (hold, { choice, ...decision }) => program.resolve(hold, { ...decision, choice: choice as HoldDecision['choice'] }) : undefined,
    now: () => systemClock.monotonic(),
  };
}
