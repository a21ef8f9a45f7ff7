import { checkMade, checkRecord } from '../argument.ts';
import { errors } from '../error.ts';
import { isProvisional } from '../plan/finality.ts';
import { checkFunctions } from '../plan/check-functions.ts';
import { checkInputs } from '../plan/check-inputs.ts';
import { tableShape } from '../plan/table-shape.ts';
import type { KeyPart } from '../state/key.ts';
import type { Plan, PlanNode, Port } from '../plan/node.ts';
import type { ChangelogSpec, SinkSpec } from '../task/sink.ts';
import type { Sink } from './sink.ts';
import type { Table } from './table.ts';

type WithoutId<N> = N extends unknown ? Omit<N, 'id'> : never;

/** Collects the steps of a program while it is being written. */
export class Builder {
  readonly #name: string;
  readonly #nodes: PlanNode[] = [];
  #done = false;

  constructor(name: string) {
    this.#name = name;
  }

  /** Adds a step; the number it is known by. */
  add(node: WithoutId<PlanNode>): number {
    if (this.#done) throw errors.PROGRAM_COMPLETE({ pipeline: this.#name, step: node.kind });
    checkFunctions(node);
    checkInputs(this.#nodes, node);
    const id = this.#nodes.length;
    this.#nodes.push(Object.freeze({ ...node, id }) as PlanNode);
    return id;
  }

  node(id: number): PlanNode {
    return this.#nodes[id] as PlanNode;
  }

  /** How a table's keys are taken apart. */
  partsOf(table: number): (key: never) => readonly KeyPart[] {
    return tableShape(this.#nodes, { node: table, port: 'out' })?.keys.toParts ?? ((key) => [key]);
  }

  addSink<T>(sink: Sink<T>, input: Port): void {
    const expected = 'a sink, made by app.sink, app.print, app.callback or app.changelog';
    checkRecord('to(sink)', sink, expected);
    checkRecord('to(sink)', sink.spec, expected);
    if (!('keepMs' in sink.spec)) checkMade('to(sink)', sink.spec, ['open'], expected);
    if (this.#named('sink', sink.name)) throw errors.NAME_TAKEN({ name: sink.name, what: 'sinks' });
    if (sink.takes !== 'revisable' && isProvisional(this.#nodes, input)) throw errors.NOT_FINAL({ sink: sink.name, takes: sink.takes });
    this.add({ kind: 'sink', name: sink.name, spec: sink.spec as SinkSpec<unknown> | ChangelogSpec, takes: sink.takes, onRefused: sink.onRefused, retryMs: sink.retryMs, inputs: [input] });
  }

  /** The finished plan; nothing can be added after that. */
  plan(tables: Readonly<Record<string, Table<unknown, unknown>>>): Plan {
    this.#done = true;
    const names = new Set<string>();
    for (const node of this.#nodes) {
      if (!('name' in node) || node.name === undefined || node.kind === 'sink') continue;
      const what = node.kind === 'source' ? 'sources' : 'states';
      if (names.has(`${what} ${node.name}`)) throw errors.NAME_TAKEN({ name: node.name, what });
      names.add(`${what} ${node.name}`);
    }
    for (const node of this.#nodes) if (node.kind === 'window' && node.late.kind === 'reconcile') checkReadAgain(this.#nodes, node);
    const asked = new Map(Object.entries(tables).map(([name, table]) => [name, table.node]));
    return Object.freeze({ name: this.#name, nodes: Object.freeze([...this.#nodes]), tables: asked });
  }

  #named(kind: PlanNode['kind'], name: string): boolean {
    return this.#nodes.some((node) => node.kind === kind && 'name' in node && node.name === name);
  }
}

/** A recount reads every source above it once more. */
function checkReadAgain(nodes: readonly PlanNode[], node: PlanNode): void {
  for (const { node: id } of node.inputs) {
    const above = nodes[id] as PlanNode;
    if (above.kind === 'source' && above.spec.again === undefined) throw errors.NOT_READ_AGAIN({ source: above.name, found: above.spec.text });
    checkReadAgain(nodes, above);
  }
}
