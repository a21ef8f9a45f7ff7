import { MillraceError, errors } from '../error.ts';
import { compile } from '../plan/compile.ts';
import type { KeyPart } from '../state/key.ts';
import type { Row } from '../operator/row.ts';
import { isSame } from '../operator/same-value.ts';
import type { Retelling, Told } from '../operator/retelling.ts';
import { isA, reasonOf } from '../reason.ts';
import { readMeta } from '../store/meta.ts';
import type { Rebuilt } from '../task/rebuilt.ts';
import type { Json } from '../task/source.ts';
import { Task } from '../task/task.ts';
import type { Say } from '../task/task-options.ts';
import type { RebuildingOptions } from './rebuilding.ts';

export interface Correcting extends RebuildingOptions {
  readonly say?: Say | undefined;
  /** States that have been counted anew, and may have said otherwise before, each with its version; in the order of the program. */
  readonly retold: ReadonlyMap<string, string>;
  /** All that have been counted anew, with what is kept beside them. */
  readonly all: ReadonlySet<string>;
  /** Of one of them, as it was counted anew. */
  readonly anew: (name: string) => Retelling;
  /** What is to be put into the store, once its rows have the revisions that are due to them. */
  readonly rebuilt: () => Rebuilt;
}

interface Correction {
  readonly before: Row<unknown, unknown> | undefined;
  readonly after: Row<unknown, unknown> | undefined;
}

/**
 * Puts states that were counted anew into the store, and in the same commit corrects what they had said: to sinks and
 * changelogs goes what this version would have said otherwise, row by row, from what had left to what should have.
 *
 * It opens the store as it was, to know what had left.
 */
export async function correcting(options: Correcting): Promise<void> {
  const { plan, backend, durable, clock, anyTime, hotKeys, upgrades = {}, say, retold, all } = options;
  // What becomes of other states is done by now, or when it is opened here.
  const others = Object.fromEntries(Object.entries(upgrades).filter(([, { kind }]) => kind !== 'rebuild'));
  const task = new Task({ pipeline: plan.name, backend, durable, clock, anyTime, hotKeys, say, upgrades: others, anew: all, compile: (host) => compile(plan, host) });
  try {
    const corrections = [...retold].map(([name, version]) => {
      const was = task.runtime.statefuls.find((one) => one.name === name)?.retelling as Retelling;
      return { name, was, version, list: differences(was, options.anew(name)) };
    });
    const rebuilt = options.rebuilt();
    const stored = readMeta(backend)?.sinks;
    for (const { name, spec, output } of task.runtime.sinks) {
      output.driver = await spec.open({ name, pipeline: plan.name, position: stored?.[name]?.position as Json | undefined, durable });
    }
    for (const { name, was, version, list } of corrections) {
      try {
        task.correct(version, () => {
          for (const { before, after } of list) was.retell(before, after);
        });
      } catch (error) {
        // Of the store, or said already.
        if (isA(error, MillraceError)) throw error;
        throw errors.PROGRAM_CHANGED({ pipeline: plan.name, differences: [`state '${name}' cannot be counted anew: a step behind it fails on a correction (${reasonOf(error)})`] }, error);
      }
    }
    task.commit(new Map(task.runtime.sinks.map(({ name, output }) => [name, output.delivered])), rebuilt);
    for (const line of rebuilt.told) say?.('UPGRADED', line);
  } finally {
    for (const { output } of task.runtime.sinks) await output.driver?.close();
    task.logs.drain();
  }
}

/** What had left otherwise, in the order in which the store has it, and then what had not left. What is final stays as it is. */
function differences(was: Retelling, is: Retelling): readonly Correction[] {
  const now = placed(is);
  const list: Correction[] = [];
  for (const [place, { row: before }] of placed(was)) {
    const anew = now.get(place);
    now.delete(place);
    if (anew === undefined) {
      list.push({ before, after: undefined });
      continue;
    }
    const differs = !isSame(before.value, anew.row.value);
    // Revisions of a row go on where they were.
    const revision = Math.max(anew.row.revision, before.revision + (differs ? 1 : 0));
    if (revision !== anew.row.revision) anew.renumber(revision);
    if (differs) list.push({ before, after: { ...anew.row, revision } });
  }
  for (const { row } of now.values()) list.push({ before: undefined, after: row });
  return list;
}

/** By what tells them apart; of several that are told apart by nothing, by which it is. */
function placed(table: Retelling): Map<string, Told> {
  const places = new Map<string, Told>();
  for (const told of table.told()) {
    const name = told.id.map(textOf).join(' ');
    let place = name;
    for (let i = 1; places.has(place); i += 1) place = `${name} again ${i}`;
    places.set(place, told);
  }
  return places;
}

/** The same for equal parts only. */
const textOf = (part: KeyPart): string => (typeof part === 'string' ? JSON.stringify(part) : `${typeof part} ${part}`);
