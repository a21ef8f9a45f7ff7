import type { Fact, Position, Recorded, Step } from '../reference/recorded.ts';

/*
 * When, exactly, something happened in a run. Of what happens in one action, `at` tells no order; here every
 * fact and every step has a path, and paths in lexicographic order are the order of the engine's meaning:
 *
 * - an action's steps of frontiers come before its event;
 * - a frontier's own timers come first, by (time, operator), then the step is made, then the frontiers that
 *   are made of it follow, in the order of the program, each with its timers;
 * - what an event, or a row, gives rise to goes down the first branch of the program to its end, then down the
 *   next; of several events made of one, the first goes first.
 *
 *   path  := action entry frontier* ( 0 time 1 way    a row that leaves when the frontier reaches a time
 *                                   | 0 time 0        the frontier as it stands just before that: time − 1
 *                                   | 0 Infinity )    the step is made
 *          | action entry frontier* 0 time 1 operator TIMER firing way    what a timer brings, which is a step of its own
 *          | action entry frontier* 0 time 1 operator BEFORE way          what was gathered when its first timer fires, and leaves before
 *          | action entry EVENT way                   an event, and what is made of it
 *          | action entry EVENT SETTLED way           what was gathered of it, and leaves when it is through
 *   action entry frontier* before EVENT in each of these: an event that waited for a frontier to end (see after.ts)
 *   frontier := 1 + operator                          a frontier that is made of others
 *             | AFTER + n                             the n-th of what is let go at an end: a step, or events of one step
 *   way   := ( operator index )*
 */
export type Path = readonly number[];

/** Less than what a frontier is known by. */
const EVENT = -1;
/** Less than any index. */
const TIMER = -1;
/** Less than that. */
const BEFORE = -2;
/** More than any operator. */
const SETTLED = 1_000_000;
const AFTER = 1_000_000;

interface Place {
  readonly path: Path;
  /** The step in which it came; where that is known. */
  readonly step?: string;
  /** The record that made it happen: rows of a window stand where the event stood that moved the frontier. */
  readonly position: Position;
  /** An event that leaves when the frontier reaches a time, and is not caused by that. */
  readonly due?: number;
  /** Of which timer of a `process` it is, where that fires because the frontier passes. */
  readonly firing?: number;
  /** What a step brought was gathered, and leaves when the step is through. */
  readonly settled?: boolean;
  /** A frontier on its way, seen only by those whose frontier it is. */
  readonly passing?: boolean;
}

export type PlacedFact<T> = Fact<T> & Place;
export type PlacedStep = Step & Place;
export type Placed<T> = readonly (PlacedFact<T> | PlacedStep)[];

/** What a source gives, with its places. */
export function placedSource<T>(stream: Recorded<T>): Placed<T> {
  let index = 0;
  return stream.map((entry, i) => {
    index = stream[i - 1]?.at === entry.at ? index + 1 : 0;
    if (entry.kind === 'step') return { ...entry, path: [entry.at, index, 0, Infinity], position: entry.by as Position };
    return { ...entry, path: [entry.at, index, EVENT], position: entry.cause as Position & Fact<T>['cause'] };
  });
}

/** Several streams whose entries are numbered together, in the order in which they happened. */
export interface Numbered<T> {
  readonly streams: readonly Placed<T>[];
  /** By number: of several that happened at once, the first. */
  readonly origins: readonly Placed<T>[number][];
}

export function numbered<T>(inputs: readonly Placed<T>[], operator: number): Numbered<T> {
  const origins: Placed<T>[number][] = [];
  // What comes straight to the operator comes behind what comes by way of others: they stand before it in the program.
  const arrivals = inputs.flat().map((entry) => ({ entry, path: entry.kind === 'fact' ? [...entry.path, operator] : entry.path }));
  for (const { entry } of arrivals.toSorted(inOrder)) {
    const last = origins.at(-1);
    if (last === undefined || compare(last.path, entry.path) !== 0) origins.push(entry);
  }
  const numbers = new Map(origins.map(({ path }, number) => [textOf(path), number]));
  const streams = inputs.map((entries) => entries.map((entry) => ({ ...entry, at: numbers.get(textOf(entry.path)) as number })));
  return { streams, origins };
}

/** How the frontier behind an operator comes about: one made of several before it, one held back behind it, or both; neither: that of its input. */
export interface FrontierWay {
  readonly merges: boolean;
  readonly holdsBack: boolean;
}

interface LetGo {
  /** How many steps, of frontiers or of what came together. */
  count: number;
  last: Recorded<unknown>[number];
}

/**
 * What an operator makes of numbered streams, with its places; `at` of each entry is the number of what gave
 * rise to it.
 */
export function placed<T>(out: Recorded<T>, origins: readonly Placed<unknown>[number][], operator: number, { merges, holdsBack }: FrontierWay, cuts: Cuts): Placed<T> {
  const indexes = new Map<number, number>();
  const list: Placed<T>[number][] = [];
  let letGo: LetGo | undefined;
  for (const [i, entry] of out.entries()) {
    const origin = origins[entry.at] as Placed<unknown>[number];
    const { position = origin.position, due, settled, firing } = entry as Partial<Place>;
    const count = indexes.get(entry.at) ?? 0;
    indexes.set(entry.at, count + 1);
    const index = (entry.kind === 'fact' ? entry.order : undefined) ?? count;
    if (origin.kind === 'fact') {
      const path = [...(settled === true ? settledPath(origin.path, operator, cuts) : origin.path), operator, index];
      list.push(entry.kind === 'fact' ? placedFact(entry, path, position) : { ...entry, path: [...path, 0, Infinity], position });
      continue;
    }
    if (isEndOfFirst(origin, operator)) {
      const isSame: boolean = letGo !== undefined && entry.kind === 'fact' && isOfStep(letGo.last, entry);
      letGo = { count: (letGo?.count ?? 0) + (isSame ? 0 : 1), last: entry };
      const path = [...frontierOf(origin), AFTER + letGo.count];
      // A frontier that follows stands where the event stands that follows it.
      const next = out.slice(i).find((other) => other.kind === 'fact' && other.at === entry.at) as PlacedFact<T> | undefined;
      if (entry.kind === 'fact') list.push(placedFact(entry, [...path, EVENT, operator, index], position));
      else list.push({ ...entry, path: [...path, 0, Infinity], position: next?.position ?? origin.position, passing: false });
      continue;
    }
    const own = [...frontierOf(origin), 1 + operator];
    const frontier = merges ? own : frontierOf(origin);
    if (entry.kind === 'step') {
      if (!merges && !holdsBack) list.push({ ...entry, path: origin.path, position, passing: origin.passing === true });
      // One that follows another follows when that has arrived; one that is held back is another one than that of the inputs.
      else if (origin.passing !== true) list.push({ ...entry, path: [...own, ...(merges && holdsBack ? [1 + operator] : []), 0, Infinity], position, passing: false });
      continue;
    }
    const time = due ?? (entry.cause.kind === 'frontier' ? entry.cause.time : undefined);
    if (time === undefined) throw new Error('what leaves in a step of a frontier waits for a time');
    const { evidence } = origin;
    if (!holdsBack) list.push({ kind: 'step', at: entry.at, to: time - 1, evidence, path: [...frontier, 0, time, 0], position: origin.position, passing: true });
    if (firing !== undefined) cuts.add([...frontier, 0, time], operator);
    const way = firing === undefined ? [operator, index] : [operator, TIMER, firing, index];
    list.push(placedFact(entry, [...frontier, 0, time, 1, ...way], position));
  }
  return inTheirOrder(list.toSorted(inOrder));
}

/** Whether it is the end of the first of two that follow one another, where the frontier of both is told of it; see after.ts. */
function isEndOfFirst(entry: PlacedStep, operator: number): boolean {
  return frontierOf(entry).slice(2).at(-1) === 1 + operator;
}

/** Whether a fact came in the step in which another one came, by what the engine keeps of that. */
function isOfStep(former: Recorded<unknown>[number], fact: Fact<unknown>): boolean {
  return former.kind === 'fact' && JSON.stringify([former.cause, former.position]) === JSON.stringify([fact.cause, fact.position]);
}

/**
 * Without steps that are made twice, and those that are overtaken: a frontier made of another and of what follows that
 * hears of a step last from the first, and has made it by then.
 */
function inTheirOrder<T>(list: Placed<T>): Placed<T> {
  let newest = Number.NEGATIVE_INFINITY;
  return list.filter((entry, i) => {
    if (entry.kind === 'fact') return true;
    const former = list[i - 1];
    if (former !== undefined && compare(former.path, entry.path) === 0) return false;
    if (entry.passing === true) return true;
    const isOvertaken = entry.at < newest;
    newest = Math.max(newest, entry.at);
    return !isOvertaken;
  });
}

/**
 * Where timers of a `process` fired: they are steps of their own, so what was gathered before them, in the same
 * step of a frontier, leaves first. Every timer says something here; one that fires in silence would cut too.
 */
export class Cuts {
  readonly #operators = new Map<string, Set<number>>();

  add(time: Path, operator: number): void {
    this.#operators.set(textOf(time), new Set(this.at(time)).add(operator));
  }

  /** The operators, in the order of the program. */
  at(time: Path): readonly number[] {
    return [...(this.#operators.get(textOf(time)) ?? [])].sort((a, b) => a - b);
  }
}

/**
 * Of an event, of a timer of a `process`, or of a time that a frontier passes, between timers that fire then: all
 * that comes of it is one step, and is gathered together.
 */
function stepOf(path: Path, cuts: Cuts): Path {
  if (isOfEvent(path)) return path.slice(0, markAt(path) + 1);
  const time = markAt(path) + 1;
  if (isOfTimer(path)) return path.slice(0, time + 5);
  const passed = path.slice(0, time + 1);
  return [...passed, cuts.at(passed).filter((cut) => cut < operatorOf(path)).length];
}

/** The same, each with its step. */
export function inSteps<T>(entries: Placed<T>, cuts: Cuts): Placed<T> {
  return entries.map((entry) => ({ ...entry, step: textOf(stepOf(entry.path, cuts)) }));
}

/** Where `operator` emits what it gathered in the step of a path. */
function settledPath(path: Path, operator: number, cuts: Cuts): Path {
  if (isOfEvent(path) || isOfTimer(path)) return [...stepOf(path, cuts), SETTLED];
  const passed = path.slice(0, markAt(path) + 2);
  const cut = cuts.at(passed).find((other) => other > operatorOf(path));
  return cut === undefined || operator < cut ? [...passed, 1] : [...passed, 1, cut, BEFORE];
}

/** By whose timer for the time of a step it came; what left before a `process` just before that. */
function operatorOf(path: Path): number {
  const at = markAt(path) + 3;
  return (path[at] as number) - (path[at + 1] === BEFORE ? 0.5 : 0);
}

/** Where the frontiers are through: there it says whether it is of an event, or of a frontier. */
function markAt(path: Path): number {
  return path.findIndex((part, i) => i >= 2 && part <= 0);
}

function isOfEvent(path: Path): boolean {
  return path[markAt(path)] === EVENT;
}

export function isOfTimer(path: Path): boolean {
  return path[markAt(path) + 4] === TIMER;
}

function placedFact<T>({ kind, at, value, time, cause }: Fact<T>, path: Path, position: Position): PlacedFact<T> {
  return { kind, at, value, time, cause, path, position };
}

/** Which time is being passed where a fact stands, if that is what a frontier on its way is about to do. */
export function timeOf(path: Path, passing: Path | undefined): number | undefined {
  const mark = markAt(path);
  const isPassed = passing !== undefined && !isOfEvent(path) && compare(path.slice(0, mark + 2), passing.slice(0, -1)) === 0;
  return isPassed ? path[mark + 1] : undefined;
}

/** A frontier on its way is seen only by those whose frontier it is. */
export function withoutPassing<T>(entries: Placed<T>): Placed<T> {
  return entries.filter((entry) => entry.kind === 'fact' || entry.passing !== true);
}

/** The path of a frontier in a step of it. */
export function frontierOf({ path, passing }: PlacedStep): Path {
  return path.slice(0, passing === true ? -3 : -2);
}

const textOf = (path: Path): string => path.join(' ');
const inOrder = (one: { readonly path: Path }, other: { readonly path: Path }): number => compare(one.path, other.path);

export function compare(one: Path, other: Path): number {
  for (let i = 0; i < one.length && i < other.length; i += 1) {
    const [a, b] = [one[i] as number, other[i] as number];
    if (a !== b) return a < b ? -1 : 1;
  }
  return one.length - other.length;
}
