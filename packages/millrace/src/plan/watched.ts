import type { At } from '../aggregation/at.ts';
import type { Columns } from '../aggregation/columns.ts';
import type { KeyShape } from '../state/key.ts';
import type { PlanNode } from './node.ts';

const throwers = new WeakMap<object, string>();

/** Who threw last what is no object, until somebody asks. */
let thrown: { readonly error: unknown; readonly name: string } | undefined;

/** The operator whose function threw this, as `watched` has found it; empty where nobody knows. Asked once. */
export function throwerOf(error: unknown): string {
  if (isObject(error)) return throwers.get(error) ?? '';
  const name = thrown !== undefined && Object.is(thrown.error, error) ? thrown.name : '';
  thrown = undefined;
  return name;
}

/** Whoever is nearer to where it was thrown has said so before. */
function remember(error: unknown, name: string): void {
  if (!isObject(error)) thrown = thrown !== undefined && Object.is(thrown.error, error) ? thrown : { error, name };
  else if (!throwers.has(error)) throwers.set(error, name);
}

const isObject = (error: unknown): error is object => (typeof error === 'object' && error !== null) || typeof error === 'function';

/**
 * The same step with each function of the user remembering that it threw, so that a hold can name it.
 *
 * It costs a call per function and event; so only programs that hold, or stop, when something throws have it.
 */
export function watched(node: PlanNode, name: string): PlanNode {
  const watch = <A extends readonly unknown[], R>(call: (...args: A) => R): ((...args: A) => R) =>
    function watching(...args: A): R {
      try {
        return call(...args);
      } catch (error) {
        remember(error, name);
        throw error;
      }
    };
  const keyed = <T>(key: KeyShape<T, unknown>): KeyShape<T, unknown> => ({ ...key, selectors: key.selectors.map((select) => watch(select)) });
  switch (node.kind) {
    case 'source':
      return { ...node, time: watch(node.time) };
    case 'filter':
      return { ...node, keep: watch(node.keep) };
    case 'map':
      return { ...node, change: watch(node.change) };
    case 'flatMap':
      // At once, and not while it is being passed on: what it throws would be taken for what those behind it threw.
      return { ...node, spread: watch((value: unknown) => [...node.spread(value)]) };
    case 'split':
      return { ...node, branches: node.branches.map(([port, takes]) => [port, watch(takes)] as const) };
    case 'dedupe':
      return { ...node, eventId: watch(node.eventId), content: node.content === undefined ? undefined : watch(node.content) };
    case 'reorder':
      return { ...node, sequence: node.sequence === undefined ? undefined : { ...node.sequence, of: watch(node.sequence.of) } };
    case 'defer':
      return { ...node, key: keyed(node.key), until: watch(node.until) };
    case 'process': {
      const { state, on, timer } = node.steps;
      return { ...node, key: keyed(node.key), steps: { state: watch(state), on: watch(on), ...(timer !== undefined && { timer: watch(timer) }) } };
    }
    case 'window':
    case 'aggregate':
      return { ...node, key: keyed(node.key), columns: watchedColumns(node.columns, watch) };
    case 'streamJoin':
      return { ...node, left: keyed(node.left), right: keyed(node.right), combine: watch(node.combine) };
    case 'versioned':
    case 'toTable':
      return { ...node, key: keyed(node.key), value: watch(node.value) };
    case 'asOf':
      return { ...node, key: keyed(node.key), at: node.at === undefined ? undefined : watch(node.at), combine: watch(node.combine) };
    case 'tableMap':
      return { ...node, change: watch(node.change) };
    case 'tableFilter':
      return { ...node, keep: watch(node.keep) };
    case 'join':
      return { ...node, join: watch(node.join) };
    case 'foreignJoin':
      return { ...node, foreign: watch(node.foreign), join: watch(node.join) };
    case 'group':
      return { ...node, key: keyed(node.key), columns: watchedColumns(node.columns, watch) };
    default:
      return node;
  }
}

type Watch = <A extends readonly unknown[], R>(call: (...args: A) => R) => (...args: A) => R;

function watchedColumns<T>(columns: Columns<T, unknown>, watch: Watch): Columns<T, unknown> {
  return {
    name: columns.name,
    slots: columns.slots,
    atomic: columns.atomic,
    subtracts: columns.subtracts,
    merges: columns.merges,
    first: watch((value: T, at: At) => columns.first(value, at)),
    keep: (values, row) => columns.keep(values, row),
    create: (values, row) => columns.create(values, row),
    add: watch((values: readonly unknown[][], row: number, value: T, at: At) => columns.add(values, row, value, at)),
    subtract: watch((values: readonly unknown[][], row: number, value: T, at: At) => columns.subtract(values, row, value, at)),
    merge: watch((values: readonly unknown[][], row: number, from: readonly unknown[][], fromRow: number) => columns.merge(values, row, from, fromRow)),
    result: watch((values: readonly unknown[][], row: number) => columns.result(values, row)),
  };
}
