import { Aggregate, TABLE_SPACE } from '../operator/aggregate/aggregate.ts';
import { Changes } from '../operator/changes/changes.ts';
import { Concat } from '../operator/concat/concat.ts';
import { Contents } from '../operator/dedupe/contents.ts';
import { Dedupe } from '../operator/dedupe/dedupe.ts';
import { Filter } from '../operator/filter/filter.ts';
import { Final } from '../operator/final/final.ts';
import { FlatMap } from '../operator/flat-map/flat-map.ts';
import { type Adjustment, Ledger } from '../operator/ledger/ledger.ts';
import { MapValues } from '../operator/map/map.ts';
import { Merge } from '../operator/merge/merge.ts';
import { Fanout, type Output, type Place, nowhere } from '../operator/operator.ts';
import { Process } from '../operator/process/process.ts';
import { ReorderBySequence } from '../operator/reorder/reorder-by-sequence.ts';
import { Reorder } from '../operator/reorder/reorder.ts';
import type { Row } from '../operator/row.ts';
import { Split } from '../operator/split/split.ts';
import type { Stateful, Table } from '../operator/stateful.ts';
import { TableHistory } from '../operator/table-history.ts';
import { Window } from '../operator/window/window.ts';
import { DIGEST_LENGTH, digest128 } from '../port/digest.ts';
import { History, type HistoryOptions } from '../state/history.ts';
import type { Space } from '../state/space.ts';
import type { BadRecord } from '../task/bad-record.ts';
import { Feed } from '../task/feed.ts';
import { Intake } from '../task/intake.ts';
import { NumberedFeed } from '../task/numbered-feed.ts';
import type { Host, Reconciled, Runtime, RuntimeSink, RuntimeSource } from '../task/runtime.ts';
import { SinkOutput } from '../task/sink-output.ts';
import { ConcatFrontier } from '../time/concat-frontier.ts';
import { WaitingFrontier } from '../time/waiting-frontier.ts';
import { Frontier, HeldFrontier, MergedFrontier } from '../time/frontier.ts';
import type { Settler } from '../time/settler.ts';
import type { ReconcilePolicy } from '../operator/late-policy.ts';
import { throwerOf, watched } from './watched.ts';
import type { Plan, PlanNode, SourceNode, WindowNode, AggregateNode } from './node.ts';

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
  const reconciled: Reconciled[] = [];

  const out = (node: number, port = 'out'): AnyOutput => {
    const list = consumers.get(`${node}/${port}`) ?? [];
    if (list.length === 0) return nowhere;
    // Consumers were found from the last to the first; they are served in the order of the program.
    return list.length === 1 ? (list[0] as AnyOutput) : new Fanout([...list].reverse());
  };

  const isWatched = plan.nodes.some((node) => node.kind === 'source' && node.onThrow !== 'bad');

  const frontierOf = ({ id }: PlanNode): Frontier => (frontiers.get(id) as readonly Frontier[])[0] as Frontier;

  /** The frontier before a node that has one of its own behind it. */
  const inputOf = ({ id }: PlanNode): Frontier => (frontiers.get(id) as readonly Frontier[])[1] as Frontier;

  for (const one of [...plan.nodes].reverse()) {
    const node = isWatched ? watched(one, `${one.kind} '${nameOf(one)}'`) : one;
    const frontier = holdsKeys(node) ? inputOf(node) : frontierOf(node);
    const place: Place = { rank: node.id, frontier, moment: host.moment, settler: host.settler, poisoned: host.poisoned, failed: host.failed, holds: host.holds };
    const operator = make(node, place);
    node.inputs.forEach(({ node: from, port }, input) => {
      const name = `${from}/${port}`;
      // What comes first passes by the operator that keeps what comes after it.
      const consumer = node.kind === 'concat' && input === 0 ? out(node.id) : operator;
      consumers.set(name, [...(consumers.get(name) ?? []), consumer]);
    });
  }
  const tables = new Map([...plan.tables].map(([name, node]) => [name, owners.get(node) as Table<unknown, unknown>]));
  return { sources: sources.reverse(), statefuls: statefuls.reverse(), sinks: sinks.reverse(), tables, reconciled: reconciled.reverse() };

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
        const { content, forMs } = node;
        const contents = content === undefined ? undefined : { digests: new Contents(content, digest128), bytes: DIGEST_LENGTH };
        const options = { name: nameOf(node), id: node.eventId, forMs, contents };
        const dedupe = new Dedupe(options, place, next, out(node.id, 'late'), out(node.id, 'conflicts'));
        statefuls.push(dedupe);
        return dedupe;
      }
      case 'concat': {
        const concat = new Concat({ name: nameOf(node), durable: host.durable }, frontierOf(node) as ConcatFrontier, place, next);
        statefuls.push(concat);
        return concat;
      }
      case 'reorder': {
        const { sequence } = node;
        const shape = { name: nameOf(node), durable: host.durable };
        const late = out(node.id, 'late');
        const reorder =
          sequence === undefined
            ? new Reorder(shape, place, next, late)
            : new ReorderBySequence({ ...shape, sequence: sequence.of, from: sequence.from }, frontierOf(node) as WaitingFrontier, place, next, late);
        statefuls.push(reorder);
        return reorder;
      }
      case 'process': {
        const process = new Process({ name: nameOf(node), key: node.key, durable: host.durable, steps: node.steps }, place, next);
        statefuls.push(process);
        return process;
      }
      case 'window': {
        const { key, windowing, columns, keepMs, late, early } = node;
        const isKept = host.batch && (asked.has(node.id) || late.kind === 'reconcile');
        const shape = { name: nameOf(node), key, windowing, columns, keepMs: isKept ? Number.POSITIVE_INFINITY : keepMs, late, early };
        const options = { ...shape, durable: host.durable, asked: asked.has(node.id) || node.historyMs !== undefined };
        const ledger = late.kind === 'reconcile' && !host.batch ? ledgerOf(node, late, place) : undefined;
        const halts = { behind: holdsKeys(node) ? (frontierOf(node) as HeldFrontier) : undefined, adjustments: out(node.id, 'adjustments') as Output<Adjustment<unknown, unknown>> };
        const window = new Window({ ...options, ...halts }, place, ledger ?? (next as Output<Row<unknown, unknown>>), out(node.id, 'late'));
        if (ledger !== undefined) statefuls.push(ledger);
        statefuls.push(window);
        // Before the window in the end: it says which keys stand still.
        if (window.halting?.parking !== undefined) statefuls.push(window.halting.parking);
        if (late.kind === 'reconcile') reconciled.push({ name: nameOf(node), table: window.table, ledger, at: late.at });
        owners.set(node.id, window.table);
        const parts = { state: window.state, rowAt: (space: Space, row: number) => window.table.remember(space, row) };
        withHistory(node, place, parts, (time) => (time === undefined ? -1 : windowing.at(time).end));
        return window;
      }
      case 'aggregate': {
        const shape = { name: nameOf(node), key: node.key, columns: node.columns };
        const options = { ...shape, durable: host.durable, asked: asked.has(node.id) || node.historyMs !== undefined };
        const aggregate = new Aggregate(options, place, next as Output<Row<unknown, unknown>>);
        statefuls.push(aggregate);
        owners.set(node.id, aggregate);
        withHistory(node, place, { state: aggregate.state, rowAt: () => undefined }, () => TABLE_SPACE);
        return aggregate;
      }
      case 'final':
        return new Final(next as Output<Row<unknown, unknown>>) as AnyOutput;
      case 'changes':
        return new Changes(host.moment, next) as AnyOutput;
      case 'sink': {
        if (host.batch) return nowhere;
        const output = new SinkOutput(host.moment, host.durable);
        sinks.push({ name: node.name, spec: node.spec, output, onRefused: node.onRefused });
        return output;
      }
    }
  }

  /** A table whose earlier commits can be asked for remembers what they change; in memory there are none. */
  function withHistory(node: WindowNode | AggregateNode, place: Place, parts: Pick<HistoryOptions, 'state' | 'rowAt'>, spaceAt: (time: number | undefined) => number): void {
    const { historyMs, key } = node;
    if (historyMs === undefined || !host.durable) return;
    const history = new History({ ...parts, keepMs: historyMs, depth: key.selectors.length, frontier: () => place.frontier.value });
    const table = owners.get(node.id) as Table<unknown, Row<unknown, unknown>>;
    const whole = new TableHistory({ name: nameOf(node), history, table, key, spaceAt });
    // Behind the table in this list, so before it in the end: it looks at what has changed before the table's own commit does.
    statefuls.push(whole);
    owners.set(node.id, whole);
  }

  function ledgerOf(node: WindowNode, { keepMs }: ReconcilePolicy, place: Place): Ledger<unknown, unknown> {
    const options = { name: `${nameOf(node)} ledger`, table: nameOf(node), key: node.key, keepMs, durable: host.durable };
    return new Ledger(options, place, out(node.id) as Output<Row<unknown, unknown>>, out(node.id, 'adjustments') as Output<Adjustment<unknown, unknown>>);
  }

  function sourceOf(node: SourceNode, next: AnyOutput): RuntimeSource {
    const partitions = (frontiers.get(node.id) as readonly Frontier[]).slice(1);
    const feeds = partitions.map((frontier, partition) => {
      const { name: source, time, complete } = node;
      const intake = node.intake === undefined ? undefined : new Intake(node.intake);
      const maxAheadMs = host.anyTime ? Number.POSITIVE_INFINITY : node.maxAheadMs;
      // Nobody decides on a batch: what throws is bad.
      const policy = { book: host.holds, onThrow: host.batch ? ('bad' as const) : node.onThrow, onBad: host.batch ? undefined : node.onBad, poisonedRows: host.poisoned, thrower: throwerOf };
      const shape = { source, partition, time, intake, maxAheadMs, frontier, next, bad: host.bad, settler: host.settler, policy };
      // Where nothing is late, and where events of any time are taken, the clock has no say.
      const never = Number.POSITIVE_INFINITY;
      const isDeaf = host.anyTime || host.batch;
      if (complete.kind === 'sequences') {
        const deaf = { silentAfterMs: never, lostAfterMs: never };
        const rules = isDeaf ? { ...complete, ...deaf } : complete;
        return new NumberedFeed({ ...shape, boundMs: 0, idleAfterMs: never, complete: rules, isStill: host.batch, decided: host.decided }, host.moment);
      }
      const boundMs = host.batch ? never : complete.boundMs;
      return new Feed({ ...shape, boundMs, idleAfterMs: isDeaf ? never : complete.idleAfterMs }, host.moment);
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
    const inputs = node.inputs.map((input) => (frontiers.get(input.node) as readonly Frontier[])[0] as Frontier);
    const first = behind(node, inputs, settler);
    frontiers.set(node.id, holdsKeys(node) ? [new HeldFrontier(first, settler), first] : [first]);
  }
  return frontiers;
}

/** Whether single keys of a node may stand still, so that the frontier behind it is another one than before it. */
function holdsKeys(node: PlanNode): boolean {
  return 'late' in node && node.late.kind === 'halt' && node.late.scope === 'key';
}

/** The frontier behind a node: the least of its inputs', unless the node says otherwise. */
function behind(node: PlanNode, inputs: readonly Frontier[], settler: Settler): Frontier {
  const [first, second] = inputs as [Frontier, Frontier];
  if (node.kind === 'concat') return new ConcatFrontier(first, second, settler);
  if (node.kind === 'reorder' && node.sequence !== undefined) return new WaitingFrontier(first, settler);
  return least([...new Set(inputs)], settler);
}

function least(frontiers: readonly Frontier[], settler: Settler): Frontier {
  return frontiers.length === 1 ? (frontiers[0] as Frontier) : new MergedFrontier(frontiers, settler);
}
