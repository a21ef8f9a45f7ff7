import { Aggregate, TABLE_SPACE } from '../operator/aggregate/aggregate.ts';
import { Changes } from '../operator/changes/changes.ts';
import { Concat } from '../operator/concat/concat.ts';
import { Contents } from '../operator/dedupe/contents.ts';
import { ChangesTable } from '../operator/changes-table/changes-table.ts';
import { Dedupe } from '../operator/dedupe/dedupe.ts';
import { Defer } from '../operator/defer/defer.ts';
import { Filter } from '../operator/filter/filter.ts';
import { TwoFilters } from '../operator/filter/two-filters.ts';
import { Final } from '../operator/final/final.ts';
import { FlatMap } from '../operator/flat-map/flat-map.ts';
import { Ledger } from '../operator/ledger/ledger.ts';
import { Group } from '../operator/group/group.ts';
import { ForeignJoin } from '../operator/join/foreign-join.ts';
import { Join } from '../operator/join/join.ts';
import { MapValues } from '../operator/map/map.ts';
import { Merge } from '../operator/merge/merge.ts';
import { Fanout, type Output, type Place, nowhere } from '../operator/operator.ts';
import { Numbered } from '../operator/numbered/numbered.ts';
import { Process } from '../operator/process/process.ts';
import { ReorderBySequence } from '../operator/reorder/reorder-by-sequence.ts';
import { Reorder } from '../operator/reorder/reorder.ts';
import type { Row } from '../operator/row.ts';
import { Split } from '../operator/split/split.ts';
import type { Stateful, Table } from '../operator/stateful.ts';
import { TableHistory } from '../operator/table-history.ts';
import type { TableOptions } from '../operator/table-operator.ts';
import { TableFilter } from '../operator/table-filter/table-filter.ts';
import { FilteredTable } from '../operator/table-filter/filtered-table.ts';
import { MappedTable } from '../operator/table-map/mapped-table.ts';
import { TableMap } from '../operator/table-map/table-map.ts';
import { ToTable } from '../operator/to-table/to-table.ts';
import type { Versions } from '../operator/versioned/versions.ts';
import { Window } from '../operator/window/window.ts';
import { DIGEST_LENGTH, digest128 } from '../port/digest.ts';
import { History, type HistoryOptions } from '../state/history.ts';
import type { Space } from '../state/space.ts';
import type { BadRecord } from '../task/bad-record.ts';
import type { Host, Reconciled, Runtime, RuntimeChangelog, RuntimeSink, RuntimeSource } from '../task/runtime.ts';
import type { Message } from '../time/producers/message.ts';
import { ChangelogOutput } from '../task/changelog-output.ts';
import { SinkOutput } from '../task/sink-output.ts';
import type { ConcatFrontier } from '../time/concat-frontier.ts';
import type { WaitingFrontier } from '../time/waiting-frontier.ts';
import type { Frontier } from '../time/frontier.ts';
import type { ReconcilePolicy } from '../operator/late-policy.ts';
import { isOfEvents } from './of-events.ts';
import { watched } from './watched.ts';
import { Witnesses } from './witnesses.ts';
import { type AggregateNode, type Plan, type PlanNode, type Port, type SourceNode, type VersionedNode, type WindowNode, keepsState } from './node.ts';
import { AllVersions, makeAsOf, makeJoin, makeVersioned } from './compile-joins.ts';
import { feedsOf } from './feeds.ts';
import { type NodeFrontiers, frontiersOf } from './frontiers.ts';
import { bringsSeveral } from './several.ts';
import { type TableShape, askedBy, tableShape } from './table-shape.ts';
import { hasOwnWindows, windowOf } from './window-of.ts';

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
  const changelogs: RuntimeChangelog[] = [];
  const witnesses = new Witnesses(plan, host, frontiers);
  const owners = new Map<number, Table<unknown, unknown>>();
  const asked = askedBy(plan);
  const reconciled: Reconciled[] = [];
  const allVersions = new AllVersions(host.durable);
  const versionsOf = (node: VersionedNode): Versions => allVersions.of(node, nameOf(node), asked.has(node.id));

  const out = (node: number, port = 'out'): AnyOutput => {
    const list = consumers.get(`${node}/${port}`) ?? [];
    if (list.length === 0) return nowhere;
    // Consumers were found from the last to the first; they are served in the order of the program.
    const [last, first] = list;
    if (list.length === 1) return last as AnyOutput;
    return list.length === 2 && first instanceof Filter && last instanceof Filter ? new TwoFilters(first, last) : new Fanout([...list].reverse());
  };

  const isWatched = plan.nodes.some((node) => node.kind === 'source' && node.onThrow !== 'bad');
  const frontierOf = ({ id }: PlanNode): Frontier => (frontiers.get(id) as NodeFrontiers).at;

  for (const one of [...plan.nodes].reverse()) {
    const node = isWatched ? watched(one, `${one.kind} '${nameOf(one)}'`) : one;
    const { at: frontier, inputs, held } = frontiers.get(node.id) as NodeFrontiers;
    const { moment, settler, poisoned, failed, holds } = host;
    const operator = make(node, { rank: node.id, frontier, inputs, held, moment, settler, poisoned, failed, holds });
    for (const [i, { node: from, port }] of [...node.inputs.entries()].reverse()) {
      const name = `${from}/${port}`;
      const made = Array.isArray(operator) ? (operator[i] as AnyOutput) : (operator as AnyOutput);
      const input = keepsState(node.kind) && host.anew?.has(nameOf(node)) === true ? nowhere : made;
      // What comes first passes by the operator that keeps what comes after it.
      const consumer = node.kind === 'concat' && i === 0 ? out(node.id) : input;
      consumers.set(name, [...(consumers.get(name) ?? []), consumer]);
    }
  }
  const tables = new Map([...plan.tables].map(([name, node]) => [name, owners.get(node) as Table<unknown, unknown>]));
  return { sources: sources.reverse(), statefuls: statefuls.reverse(), sinks: sinks.reverse(), changelogs: changelogs.reverse(), tables, reconciled: reconciled.reverse() };

  /** The operator, or one way in for each input. */
  function make(node: PlanNode, place: Place): AnyOutput | readonly AnyOutput[] {
    const next = witnesses.behind(node, out(node.id));
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
        return kept(new Dedupe(options, place, next, out(node.id, 'late'), out(node.id, 'conflicts')));
      }
      case 'concat':
        return kept(new Concat({ name: nameOf(node), durable: host.durable }, frontierOf(node) as ConcatFrontier, place, next));
      case 'reorder': {
        const { sequence } = node;
        const shape = { name: nameOf(node), durable: host.durable };
        const late = out(node.id, 'late');
        return kept(
          sequence === undefined
            ? new Reorder({ ...shape, late: node.late }, place, next, late)
            : new ReorderBySequence({ ...shape, sequence: sequence.of, from: sequence.from }, frontierOf(node) as WaitingFrontier, place, next, late),
        );
      }
      case 'numbered': {
        const { producer, epoch, everyMs } = node;
        return kept(new Numbered({ name: nameOf(node), producer, epoch, everyMs }, place, next as Output<Message<unknown>>, out(node.id, 'late')));
      }
      case 'defer':
        return kept(new Defer({ ...node, name: nameOf(node), durable: host.durable }, place, next, out(node.id, 'late')));
      case 'process':
        return kept(new Process({ name: nameOf(node), key: node.key, durable: host.durable, steps: node.steps }, place, next));
      case 'window': {
        const { key, windowing, columns, keepMs, late, early, fillMs } = node;
        const isKept = host.batch && (asked.has(node.id) || late.kind === 'reconcile');
        const shape = { name: nameOf(node), key, windowing, columns, keepMs: isKept ? Number.POSITIVE_INFINITY : keepMs, late, early, fillMs, ofEvents: isOfEvents(plan.nodes, node.inputs[0] as Port) };
        const options = { ...shape, durable: host.durable, asked: asked.has(node.id) || node.historyMs !== undefined };
        const ledger = late.kind === 'reconcile' && !host.batch ? ledgerOf(node, late, place) : undefined;
        const halts = { behind: place.held, adjustments: witnesses.adjusted(node, out(node.id, 'adjustments')) };
        const window = windowOf({ ...options, ...halts }, place, ledger ?? (next as Output<Row<unknown, unknown>>), out(node.id, 'late'));
        if (ledger !== undefined) statefuls.push(ledger);
        kept(window);
        const { table } = window;
        if (table === undefined) return window;
        owners.set(node.id, table);
        if (late.kind === 'reconcile') reconciled.push({ name: nameOf(node), table, ledger, at: late.at });
        if (window instanceof Window && windowing.kind === 'aligned') {
          const parts = { state: window.state, rowAt: (space: Space, row: number) => window.table.remember(space, row) };
          withHistory(node, place, parts, (time) => (time === undefined ? -1 : windowing.at(time).end));
        }
        return window;
      }
      case 'aggregate': {
        const shape = { name: nameOf(node), key: node.key, columns: node.columns };
        const options = { ...shape, several: bringsSeveral(plan.nodes, node.inputs), durable: host.durable, asked: asked.has(node.id) || node.historyMs !== undefined };
        const aggregate = kept(new Aggregate(options, place, next as Output<Row<unknown, unknown>>));
        owners.set(node.id, aggregate);
        withHistory(node, place, { state: aggregate.state, rowAt: () => undefined }, () => TABLE_SPACE);
        return aggregate;
      }
      case 'streamJoin': {
        const join = kept(makeJoin(node, nameOf(node), place, next, out(node.id, 'late'), host.durable));
        return [join.left, join.right];
      }
      case 'versioned': {
        const table = kept(makeVersioned(node, { name: nameOf(node), durable: host.durable }, versionsOf(node), place, (port) => out(node.id, port)));
        owners.set(node.id, table);
        return table as AnyOutput;
      }
      case 'asOf': {
        const table = plan.nodes[node.inputs[1]?.node as number] as VersionedNode;
        const how = { name: nameOf(node), durable: host.durable, asked: asked.has(node.id) };
        const join = kept(makeAsOf(node, how, { node: table, versions: versionsOf(table) }, place, (port) => (port === 'out' ? next : out(node.id, port))));
        if ('scan' in join) owners.set(node.id, join as unknown as Table<unknown, unknown>);
        return [join, join.sets as AnyOutput];
      }
      case 'final':
        return new Final(next as Output<Row<unknown, unknown>>) as AnyOutput;
      case 'changes':
        return new Changes(host.moment, next) as AnyOutput;
      case 'toTable': {
        const { key, value, keepMs, late } = node;
        const options = { name: nameOf(node), key, value, keepMs, several: bringsSeveral(plan.nodes, node.inputs), late, behind: place.held, durable: host.durable, asked: asked.has(node.id) };
        return owned(node, new ToTable(options, place, next as Output<Row<unknown, unknown>>, out(node.id, 'late')));
      }
      case 'changesTable':
        return owned(node, new ChangesTable(tableOptions(node), place, next as Output<Row<unknown, unknown>>)) as AnyOutput;
      case 'tableMap':
        owners.set(node.id, new MappedTable(() => tableBelow(node), node.change));
        return new TableMap(node.change, next as Output<Row<unknown, unknown>>) as AnyOutput;
      case 'tableFilter':
        owners.set(node.id, new FilteredTable(() => tableBelow(node), node.keep));
        return new TableFilter(node.keep, next as Output<Row<unknown, unknown>>) as AnyOutput;
      case 'join': {
        const { type, join } = node;
        return owned(node, new Join({ ...tableOptions(node), type, join }, place, next as Output<Row<unknown, unknown>>)).inputs as readonly AnyOutput[];
      }
      case 'foreignJoin': {
        const { type, foreign, join } = node;
        const rightKeys = shapeOf(node.inputs[1] as Port).keys;
        const options = { ...tableOptions(node), type, foreign, join, rightKeys };
        return owned(node, new ForeignJoin(options, place, next as Output<Row<unknown, unknown>>)).inputs as readonly AnyOutput[];
      }
      case 'group': {
        const { key, columns } = node;
        const below = shapeOf(node.inputs[0] as Port);
        const windowing = node.windowing ?? (below.windows === undefined ? undefined : 'own');
        const options = { ...tableOptions(node), key, columns, windowing, memberKeys: below.keys } as const;
        return owned(node, new Group(options, place, next as Output<Row<unknown, unknown>>)) as AnyOutput;
      }
      case 'sink': {
        if (host.batch || host.mute) return nowhere;
        const { name, spec, onRefused, retryMs } = node;
        if ('keepMs' in spec) {
          const output = witnesses.made(node, name, 'changelog', new ChangelogOutput(host.moment));
          changelogs.push({ name, spec, output });
          return output;
        }
        const output = witnesses.made(node, name, 'sink', new SinkOutput(host.moment, host.durable));
        sinks.push({ name, spec, output, onRefused, retryMs });
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
    const options = { name: `${nameOf(node)} ledger`, table: nameOf(node), key: node.key, keepMs, durable: host.durable, ownWindows: hasOwnWindows(node.windowing) };
    return new Ledger(options, place, out(node.id) as Output<Row<unknown, unknown>>, witnesses.adjusted(node, out(node.id, 'adjustments')));
  }

  /** What all tables of tables are told. What a batch comes to is asked when all windows are over. */
  function tableOptions(node: PlanNode & { readonly keepMs: number }): TableOptions {
    const { keys, settleMs } = shapeOf({ node: node.id, port: 'out' });
    return { name: nameOf(node), keys, settleMs, keepMs: host.batch && asked.has(node.id) ? Number.POSITIVE_INFINITY : node.keepMs, durable: host.durable, asked: asked.has(node.id) };
  }

  function shapeOf(port: Port): TableShape {
    return tableShape(plan.nodes, port) as TableShape;
  }

  function kept<O extends Stateful & { readonly halting?: { readonly parking: Stateful | undefined } | undefined; readonly past?: Stateful | undefined }>(operator: O): O {
    // Parking before the operator in the end: it says which keys stand still.
    statefuls.push(operator, ...[operator.past, operator.halting?.parking].filter((one) => one !== undefined));
    return operator;
  }

  function owned<O extends Stateful & { readonly table: Table<unknown, unknown> }>(node: PlanNode, operator: O): O {
    owners.set(node.id, operator.table);
    return kept(operator);
  }

  /** Made after what is made of it. */
  function tableBelow({ inputs }: PlanNode): Table<unknown, Row<unknown, unknown>> {
    return owners.get((inputs[0] as Port).node) as Table<unknown, Row<unknown, unknown>>;
  }

  function sourceOf(node: SourceNode, next: AnyOutput): RuntimeSource {
    const feeds = feedsOf(node, (frontiers.get(node.id) as NodeFrontiers).inputs, next, host);
    return { name: node.name, spec: node.spec, feeds, bad: out(node.id, 'bad') as Output<BadRecord> };
  }
}

/** The name a node was given, or one that says where it stands; durable programs have none of the latter. */
export function nameOf(node: PlanNode): string {
  return 'name' in node && node.name !== undefined ? node.name : `${node.kind}-${node.id}`;
}
