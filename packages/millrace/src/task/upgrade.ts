import { errors } from '../error.ts';
import type { Backend, Transaction } from '../port/backend.ts';
import type { Range } from '../store/log.ts';
import { type Meta, putMeta, readMeta } from '../store/meta.ts';
import { differencesOf } from './differences.ts';
import { HoldBook } from './hold-book.ts';
import { Moment } from './moment.ts';
import { recoverHolds } from './recovery.ts';
import { renamed } from './renamed.ts';
import type { Runtime } from './runtime.ts';

/** How the name begins under which a state owns holds. */
const STATE = 'state ';

/** What becomes of something that the stored program has otherwise. */
export type Upgrade = { readonly kind: 'discard' } | { readonly kind: 'migrate'; readonly from: string };

/** By the name that the program has for it now, or had. */
export type Upgrades = Readonly<Record<string, Upgrade>>;

export interface UpgradeOptions {
  readonly pipeline: string;
  /** Of the program: its operators, sources and sinks own holds there. */
  readonly holds: HoldBook;
  readonly upgrades?: Upgrades | undefined;
  readonly transact: (work: (txn: Transaction) => void) => void;
  /** Told what has become of each, in a line. */
  readonly told: (line: string) => void;
}

/**
 * Makes the store that of this program, in a transaction of its own, before anything is read from it; once more it
 * changes nothing. PROGRAM_CHANGED where for a difference nobody has said what becomes of it: then nothing is changed.
 */
export function upgrade(backend: Backend, runtime: Runtime, { pipeline, holds, upgrades = {}, transact, told }: UpgradeOptions): void {
  const meta = readMeta(backend);
  if (meta === undefined) return;
  const lines: string[] = [];
  const drops: Range[] = [];
  let next = meta;
  for (const [name, choice] of Object.entries(upgrades)) if (choice.kind === 'migrate') next = renamed(next, choice.from, name, runtime, (line) => lines.push(line));
  for (const { name, discard } of differencesOf(backend, next, pipeline, runtime)) {
    if (name === undefined || discard === undefined || choiceOf(upgrades, name)?.kind !== 'discard') continue;
    next = discard.meta(next);
    drops.push(...discard.drops);
    lines.push(discard.text);
  }
  const left = differencesOf(backend, next, pipeline, runtime).map(({ text }) => text);
  if (lines.length > 0) left.push(...holdsOfNobody(backend, meta, next, holds));
  if (left.length > 0) throw errors.PROGRAM_CHANGED({ pipeline, differences: left });
  if (lines.length === 0) return;
  transact((txn) => {
    for (const [from, to] of drops) txn.deleteRange(from, to);
    putMeta(txn, next);
  });
  for (const line of lines) told(line);
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
