import { type Meta, SOURCE_LOG, type StateMeta } from '../store/meta.ts';
import { without } from './differences.ts';
import type { Runtime } from './runtime.ts';
import { changelogLog } from './store-ids.ts';

type Named<T> = Readonly<Record<string, T>>;
type Tell = (line: string) => void;

/**
 * The same, with what was called `from` under the name that the program has for it now: a state with those that belong
 * to it, a source with its log, a sink, a changelog. What the store has under the new name, or the program under the
 * old one, stays as it is.
 */
export function renamed(meta: Meta, from: string, name: string, runtime: Runtime, tell: Tell): Meta {
  const states = statesOf(meta.states, from, name, namesOf(runtime.statefuls), tell);
  const sources = moved('source', meta.sources, from, name, namesOf(runtime.sources), tell);
  const sinks = moved('sink', meta.sinks, from, name, namesOf(runtime.sinks), tell);
  const changelogs = new Set(runtime.changelogs.map((one) => changelogLog(one.name)));
  const published = moved('log', meta.logs, changelogLog(from), changelogLog(name), changelogs, tell);
  const logs = sources === meta.sources ? published : relabelled(published, `${SOURCE_LOG}${from}`, `${SOURCE_LOG}${name}`);
  return { ...meta, states, sources, sinks, logs };
}

const namesOf = (list: readonly { readonly name: string }[]): ReadonlySet<string> => new Set(list.map((one) => one.name));

/** Those that belong to a state have its name in front of theirs. */
function statesOf(states: Named<StateMeta>, from: string, name: string, now: ReadonlySet<string>, tell: Tell): Named<StateMeta> {
  let all = states;
  for (const of of Object.keys(states)) {
    if (of === from) all = moved('state', all, from, name, now, tell);
    else if (of.startsWith(`${from} `)) all = moved('state', all, of, `${name}${of.slice(from.length)}`, now, tell, (state) => ({ ...state, signature: signatureOf(state, from, name) }));
  }
  return all;
}

function moved<T>(what: string, named: Named<T>, from: string, to: string, now: ReadonlySet<string>, tell: Tell, changed: (stored: T) => T = (stored) => stored): Named<T> {
  const stored = named[from];
  if (stored === undefined || named[to] !== undefined || now.has(from) || !now.has(to)) return named;
  tell(`${what} '${from}' is '${to}' from now on`);
  return { ...without(named, from), [to]: changed(stored) };
}

function relabelled(logs: Meta['logs'], from: string, to: string): Meta['logs'] {
  const id = logs[from];
  return id === undefined ? logs : { ...without(logs, from), [to]: id };
}

/** What belongs to a state names it in its signature: `history of counts`, `ledger of counts for 60000 ms`. */
function signatureOf({ signature }: StateMeta, from: string, name: string): string {
  const [what = '', rest] = signature.split(` of ${from}`, 2);
  return rest === '' || rest?.startsWith(' for ') === true ? `${what} of ${name}${rest}` : signature;
}
