import { Aggregate } from '../operator/aggregate/aggregate.ts';
import { Changes } from '../operator/changes/changes.ts';
import { Dedupe } from '../operator/dedupe/dedupe.ts';
import { Filter } from '../operator/filter/filter.ts';
import { Final } from '../operator/final/final.ts';
import { FlatMap } from '../operator/flat-map/flat-map.ts';
import { MapValues } from '../operator/map/map.ts';
import { Merge } from '../operator/merge/merge.ts';
import { Fanout, type Output, type Place, nowhere } from '../operator/operator.ts';
import type { Row } from '../operator/row.ts';
import { Split } from '../operator/split/split.ts';
import type { Stateful, Table } from '../operator/stateful.ts';
import type { BadRecord } from '../task/bad-record.ts';
import { Feed } from '../task/feed.ts';
import type { Host, Runtime, RuntimeSink, RuntimeSource } from '../task/runtime.ts';
import { SinkOutput } from '../task/sink-output.ts';
import { Frontier, MergedFrontier } from '../time/frontier.ts';
import type { Settler } from '../time/settler.ts';
import type { Plan, PlanNode, SourceNode } from './node.ts';
import { windowOf } from './window-of.ts';

type AnyOutput = Output<unknown>;

/**
 * Makes the operators of a plan and connects them.
 *
 * Frontiers go from the sources down; operators are made from the sinks up, because each is given
 * what comes after it.
 */
export function compile(plan: Plan, host: Host): Runtime {
  const frontiers = frontiersOf(plan, host.settler);
  const consumers = new Map<string, AnyOutput[]>();
  const statefuls: Stateful[] = [];
  const sources: RuntimeSource[] = [];
  const sinks: RuntimeSink[] = [];
  const owners = new Map<number, Table<unknown, unknown>>();
  const asked = new Set(plan.tables.values());

  const out = (node: number, port = 'out'): AnyOutput => {
    const list = consumers.get(`${node}/${port}`) ?? [];
    if (list.length === 0) return nowhere;
    // Consumers were found from the last to the first; they are served in the order of the program.
    return list.length === 1 ? (list[0] as AnyOutput) : new Fanout([...list].reverse());
  };

  for (const node of [...plan.nodes].reverse()) {
    const frontier = (frontiers.get(node.id) as readonly Frontier[])[0] as Frontier;
    const place: Place = { rank: node.id, frontier, moment: host.moment, settler: host.settler, poisoned: host.poisoned, failed: host.failed };
    const operator = make(node, place);
    for (const { node: from, port } of node.inputs) {
      const name = `${from}/${port}`;
      consumers.set(name, [...(consumers.get(name) ?? []), operator]);
    }
  }
  const tables = new Map([...plan.tables].map(([name, node]) => [name, owners.get(node) as Table<unknown, unknown>]));
  return { sources: sources.reverse(), statefuls: statefuls.reverse(), sinks: sinks.reverse(), tables };

  function make(node: PlanNode, place: Place): AnyOutput {
    const next = out(node.id);
    switch (node.kind) {
      case 'source':
        sources.push(sourceOf(node, next));
        return nowhere;
      case 'filter':
        return new Filter(node.keep, next);
      case 'map':
        return new MapValues(node.change, next);
      case 'flatMap':
        return new FlatMap(node.spread, next);
      case 'merge':
        return new Merge(next);
      case 'split': {
        const branches = node.branches.map(([port, takes]) => ({ takes, next: out(node.id, port) }));
        return new Split(branches, out(node.id, 'rest'));
      }
      case 'dedupe': {
        const options = { name: nameOf(node), id: node.eventId, forMs: node.forMs };
        const dedupe = new Dedupe(options, place, next, out(node.id, 'late'));
        statefuls.push(dedupe);
        return dedupe;
      }
      case 'window': {
        const { key, windowing, columns, keepMs, late, early, fillMs } = node;
        const shape = { name: nameOf(node), key, windowing, columns, keepMs, late, early, fillMs };
        const options = { ...shape, durable: host.durable, asked: asked.has(node.id) };
        const window = windowOf(options, place, next as Output<Row<unknown, unknown>>, out(node.id, 'late'));
        statefuls.push(window);
        if (window.table !== undefined) owners.set(node.id, window.table);
        return window;
      }
      case 'aggregate': {
        const shape = { name: nameOf(node), key: node.key, columns: node.columns };
        const options = { ...shape, durable: host.durable, asked: asked.has(node.id) };
        const aggregate = new Aggregate(options, place, next as Output<Row<unknown, unknown>>);
        statefuls.push(aggregate);
        owners.set(node.id, aggregate);
        return aggregate;
      }
      case 'final':
        return new Final(next as Output<Row<unknown, unknown>>) as AnyOutput;
      case 'changes':
        return new Changes(host.moment, next) as AnyOutput;
      case 'sink': {
        const output = new SinkOutput(host.moment, host.durable);
        sinks.push({ name: node.name, spec: node.spec, output });
        return output;
      }
    }
  }

  function sourceOf(node: SourceNode, next: AnyOutput): RuntimeSource {
    const partitions = (frontiers.get(node.id) as readonly Frontier[]).slice(1);
    const feeds = partitions.map((frontier, partition) => {
      const { name: source, time } = node;
      const maxAheadMs = host.anyTime ? Number.POSITIVE_INFINITY : node.maxAheadMs;
      const idleAfterMs = host.anyTime ? Number.POSITIVE_INFINITY : node.complete.idleAfterMs;
      const limits = { boundMs: node.complete.boundMs, idleAfterMs, maxAheadMs };
      return new Feed({ source, partition, time, ...limits, frontier, next, bad: host.bad, settler: host.settler }, host.moment);
    });
    return { name: node.name, spec: node.spec, feeds, bad: out(node.id, 'bad') as Output<BadRecord> };
  }
}

/** The name a node was given, or one that says where it stands; durable programs have none of the latter. */
export function nameOf(node: PlanNode): string {
  return 'name' in node && node.name !== undefined ? node.name : `${node.kind}-${node.id}`;
}

/** For each node its frontier; for a source also those of its partitions, behind it. */
function frontiersOf(plan: Plan, settler: Settler): ReadonlyMap<number, readonly Frontier[]> {
  const frontiers = new Map<number, readonly Frontier[]>();
  for (const node of plan.nodes) {
    if (node.kind === 'source') {
      const partitions = Array.from({ length: node.spec.partitions }, () => new Frontier(settler));
      frontiers.set(node.id, [least(partitions, settler), ...partitions]);
      continue;
    }
    const inputs = new Set(node.inputs.map((input) => (frontiers.get(input.node) as readonly Frontier[])[0] as Frontier));
    frontiers.set(node.id, [least([...inputs], settler)]);
  }
  return frontiers;
}

function least(frontiers: readonly Frontier[], settler: Settler): Frontier {
  return frontiers.length === 1 ? (frontiers[0] as Frontier) : new MergedFrontier(frontiers, settler);
}
