import { AsOf } from '../operator/as-of/as-of.ts';
import { AsOfRevised } from '../operator/as-of-revised/as-of-revised.ts';
import { StreamJoin } from '../operator/stream-join/stream-join.ts';
import type { Output, Place } from '../operator/operator.ts';
import type { Row } from '../operator/row.ts';
import { type VersionSet, Versioned } from '../operator/versioned/versioned.ts';
import { Versions } from '../operator/versioned/versions.ts';
import { TableView } from '../operator/versioned/view.ts';
import type { AsOfNode, StreamJoinNode, VersionedNode } from './node.ts';

type AnyOutput = Output<unknown>;

export function makeJoin(
  node: StreamJoinNode,
  name: string,
  place: Place,
  next: Output<unknown>,
  late: Output<unknown>,
  durable: boolean,
): StreamJoin<unknown, unknown, unknown, unknown> {
  const { join: kind, span, left, right, combine, late: policy } = node;
  return new StreamJoin({ name, kind, span, left, right, combine, late: policy, durable }, place, next, late);
}

/** What the versioned tables of a program hold: each is written by one operator, and read by those who join with it. */
export class AllVersions {
  readonly #all = new Map<number, Versions>();
  readonly #durable: boolean;

  constructor(durable: boolean) {
    this.#durable = durable;
  }

  of(node: VersionedNode, name: string, asked: boolean): Versions {
    let versions = this.#all.get(node.id);
    if (versions === undefined) {
      versions = new Versions(name, node.key.selectors.length, node.retentionMs, this.#durable, asked);
      this.#all.set(node.id, versions);
    }
    return versions;
  }
}

export function makeVersioned(
  node: VersionedNode,
  { name, durable }: { readonly name: string; readonly durable: boolean },
  versions: Versions,
  place: Place,
  out: (port: string) => AnyOutput,
): Versioned<unknown, unknown, unknown> {
  const { key, value, retentionMs, late } = node;
  const outputs = { next: out('out') as Output<Row<unknown, unknown>>, sets: out('sets') as Output<VersionSet>, late: out('late') };
  return new Versioned({ name, key, value, retentionMs, late, durable }, versions, place, outputs);
}

export function makeAsOf(
  node: AsOfNode,
  { name, durable, asked }: { readonly name: string; readonly durable: boolean; readonly asked: boolean },
  table: { readonly node: VersionedNode; readonly versions: Versions },
  place: Place,
  out: (port: string) => AnyOutput,
): AsOf<unknown, unknown, unknown> | AsOfRevised<unknown, unknown, unknown> {
  const { key, at, missing, combine } = node;
  if (node.of === 'row, revised') {
    const without = missing === 'null' ? 'null' : 'drop';
    return new AsOfRevised({ name, key, at, missing: without, combine, durable, asked }, table.versions, place, out('out') as Output<Row<number, unknown>>, out('late'));
  }
  const view = (time: number): unknown => new TableView(table.versions, table.node.key, time);
  const outputs = { next: out('out'), late: out('late'), bad: out('bad') };
  return new AsOf({ name, key, at, missing, combine, view: node.of === 'all' ? view : undefined, durable }, table.versions, place, outputs);
}
