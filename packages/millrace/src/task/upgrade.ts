import { assert } from '../assert.ts';
import { errors } from '../error.ts';
import type { Backend, Transaction } from '../port/backend.ts';
import type { Range } from '../store/log.ts';
import { type Meta, putMeta, readMeta } from '../store/meta.ts';
import { differencesOf } from './differences.ts';
import { HoldBook } from './hold-book.ts';
import { Moment } from './moment.ts';
import { recoverHolds } from './recovery.ts';
import { type Rebuilt, putRebuilt, withRebuilt } from './rebuilt.ts';
import { renamed } from './renamed.ts';
import type { Runtime } from './runtime.ts';

/** How the name begins under which a state owns holds. */
const STATE = 'state ';

/** What becomes of something that the stored program has otherwise. */
export type Upgrade = { readonly kind: 'discard' } | { readonly kind: 'migrate'; readonly from: string } | { readonly kind: 'rebuild'; readonly version: string };

/** By the name that the program has for it now, or had. */
export type Upgrades = Readonly<Record<string, Upgrade>>;

export interface UpgradeOptions {
  readonly pipeline: string;
  /** Of the program: its operators, sources and sinks own holds there. */
  readonly holds: HoldBook;
  readonly upgrades?: Upgrades | undefined;
  /** See TaskOptions.anew. */
  readonly anew?: ReadonlySet<string> | undefined;
  /** What was counted anew for it. */
  readonly rebuilt?: Rebuilt | undefined;
  readonly transact: (work: (txn: Transaction) => void) => void;
  /** Told what has become of each, in a line. */
  readonly told: (line: string) => void;
}

/**
 * Makes the store that of this program, in a transaction of its own, before anything is read from it; once more it
 * changes nothing. PROGRAM_CHANGED where for a difference nobody has said what becomes of it: then nothing is changed.
 */
export function upgrade(backend: Backend, runtime: Runtime, { pipeline, holds, upgrades = {}, anew, rebuilt, transact, told }: UpgradeOptions): void {
  const meta = readMeta(backend);
  if (meta === undefined) return;
  const lines: string[] = [];
  const drops: Range[] = [];
  let next = migrated(meta, upgrades, runtime, (line) => lines.push(line));
  if (rebuilt !== undefined) {
    assert(rebuilt.commit === meta.commit, () => `the store went on to commit ${meta.commit} while its states were counted anew up to commit ${rebuilt.commit}`);
    next = withRebuilt(next, rebuilt);
    lines.push(...rebuilt.told);
  }
  for (const { name, discard } of differencesOf(backend, next, pipeline, runtime)) {
    if (name === undefined || discard === undefined || choiceOf(upgrades, name)?.kind !== 'discard') continue;
    next = discard.meta(next);
    drops.push(...discard.drops);
    lines.push(discard.text);
  }
  const left = differencesOf(backend, next, pipeline, runtime).flatMap(({ name, text }) => (name !== undefined && anew?.has(name) === true ? [] : [text]));
  left.push(...(rebuilt?.refused ?? outstanding(next, upgrades).map(([name]) => `state '${name}' is to be counted anew, for which the program itself has to be started`)));
  if (lines.length > 0) left.push(...holdsOfNobody(backend, meta, next, holds));
  if (left.length > 0) throw errors.PROGRAM_CHANGED({ pipeline, differences: left });
  if (lines.length === 0) return;
  transact((txn) => {
    for (const [from, to] of drops) txn.deleteRange(from, to);
    if (rebuilt !== undefined) putRebuilt(txn, rebuilt, next);
    putMeta(txn, next);
  });
  for (const line of lines) told(line);
}

/** What the store has, under the names of this program. */
export function migrated(meta: Meta, upgrades: Upgrades, runtime: Runtime, told: (line: string) => void): Meta {
  let next = meta;
  for (const [name, choice] of Object.entries(upgrades)) if (choice.kind === 'migrate') next = renamed(next, choice.from, name, runtime, told);
  return next;
}

/** The states that are to be counted anew, each with the version as which; not those that have been. */
export function outstanding({ states }: Meta, upgrades: Upgrades): readonly (readonly [name: string, version: string])[] {
  return [...versionsOf(upgrades)].filter(([name, version]) => states[name]?.rebuilt !== version);
}

/** By name. */
export function versionsOf(upgrades: Upgrades = {}): ReadonlyMap<string, string> {
  return new Map(Object.entries(upgrades).flatMap(([name, choice]) => (choice.kind === 'rebuild' ? [[name, choice.version] as const] : [])));
}

/**
 * Holds of those that are not there any more, or begin empty or under another name: what waits with them would be lost,
 * and nobody could decide on it.
 */
function holdsOfNobody(backend: Backend, before: Meta, after: Meta, holds: HoldBook): readonly string[] {
  const stored = new HoldBook(new Moment(), true);
  recoverHolds(backend, before, stored);
  return stored.list.flatMap(({ id, owner, reason }) => {
    const [was, is] = [before, after].map(({ states }) => (owner.startsWith(STATE) ? states[owner.slice(STATE.length)] : undefined));
    const isSame = holds.hasOwner(owner) && was?.id === is?.id && was?.signature === is?.signature;
    return isSame ? [] : [`hold ${id} of ${owner} (${reason}) waits for a decision, which the version that wrote it has to be given`];
  });
}

/** Names are the user's: `constructor` must not be found where nobody put it. */
const choiceOf = (upgrades: Upgrades, name: string): Upgrade | undefined => (Object.hasOwn(upgrades, name) ? upgrades[name] : undefined);
