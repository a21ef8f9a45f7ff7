import { OPERATORS } from './operators.ts';
import type { Options, OptionValue, PipelineOperator } from './operator.ts';
import { type ProgramSpec, type StepSpec, operatorOf, resolve } from './program.ts';

/*
 * Pairwise coverage: of every two choices that can be made in one random pipeline there is a pipeline in the
 * sample that makes both. A choice is a value of an option of an operator, or of the program; that an
 * operator is there is one too. Two choices of one operator are made by one step.
 */

/** What a program can be told besides its steps; all values. */
export const PROGRAM_OPTIONS: {
  readonly sources: readonly number[];
  readonly partitions: readonly number[];
  readonly boundMs: readonly number[];
  /** How many number what they send; 0: nobody, and disorder is assumed to be bounded. */
  readonly producers: readonly number[];
  readonly watched: readonly ProgramSpec['watched'][];
  readonly ends: readonly boolean[];
} = { sources: [1, 2, 3], partitions: [1, 2, 3], boundMs: [0, 3, 12], producers: [0, 1, 3], watched: ['all', 'leaves'], ends: [true, false] };

export const STEPS_MIN = 2;
export const STEPS_MAX = 6;

/** A program and whether its sources end. */
export interface Sampled {
  readonly program: ProgramSpec;
  readonly ends: boolean;
}

/** The table of everything that can be chosen: by operator, its options with their values. */
export function optionTable(): Readonly<Record<string, Readonly<Record<string, readonly OptionValue[]>>>> {
  return { program: PROGRAM_OPTIONS, ...Object.fromEntries(OPERATORS.map(({ name, options }) => [name, options])) };
}

/** One thing that is chosen; without an option: that the operator is there. */
export interface Choice {
  readonly owner: string;
  readonly option?: string;
  readonly value?: OptionValue;
}

const textOf = ({ owner, option, value }: Choice): string => (option === undefined ? owner : `${owner}.${option}=${value}`);

function pairOf(one: Choice, other: Choice): string {
  const [a, b] = [textOf(one), textOf(other)];
  return a < b ? `${a} & ${b}` : `${b} & ${a}`;
}

function choicesOf(owner: string, options: Options): readonly Choice[] {
  return [{ owner }, ...Object.entries(options).map(([option, value]) => ({ owner, option, value }))];
}

type Pair = readonly [Choice, Choice];

/** Every pair that some pipeline can make, by its text. */
export function possiblePairs(): ReadonlyMap<string, Pair> {
  const pairs = new Map<string, Pair>();
  const add = (pair: Pair): void => void pairs.set(pairOf(...pair), pair);
  const each = Object.entries(optionTable()).map(([owner, options]) => {
    const tuples = tuplesOf(owner, options).map((tuple) => choicesOf(owner, tuple));
    for (const choices of tuples) pairsAmong(choices).forEach(add);
    return [...new Map(tuples.flat().map((choice) => [textOf(choice), choice])).values()];
  });
  each.forEach((choices, i) => {
    for (const others of each.slice(i + 1)) for (const one of choices) for (const other of others) add([one, other]);
  });
  return pairs;
}

function pairsAmong(choices: readonly Choice[]): readonly Pair[] {
  return choices.flatMap((one, i) => choices.slice(i + 1).map((other): Pair => [one, other]));
}

/** All ways to tell an operator what it can be told at once. */
function tuplesOf(owner: string, options: Readonly<Record<string, readonly OptionValue[]>>): readonly Options[] {
  let tuples: readonly Options[] = [{}];
  for (const [option, values] of Object.entries(options)) tuples = tuples.flatMap((tuple) => values.map((value) => ({ ...tuple, [option]: value })));
  return tuples.filter((tuple) => isPossible(owner, tuple));
}

function isPossible(owner: string, tuple: Options): boolean {
  return OPERATORS.find(({ name }) => name === owner)?.excludes?.(tuple) !== true;
}

/** The pairs that a pipeline makes, as texts. */
export function pairsIn({ program, ends }: Sampled): ReadonlySet<string> {
  const { sources, partitions, boundMs, producers, watched } = program;
  const groups = [
    choicesOf(PROGRAM, { sources, partitions, boundMs, producers, watched, ends }),
    ...resolve(program).steps.map(({ operator, options }) => choicesOf(operator.name, options)),
  ];
  return new Set(groups.flatMap((choices, i) => [
    ...pairsAmong(choices).map((pair) => pairOf(...pair)),
    ...groups.slice(i + 1).flatMap((others) => choices.flatMap((one) => others.map((other) => pairOf(one, other)))),
  ]));
}

/** How many pipelines are tried for each one that is taken. */
const CANDIDATES = 20;

/**
 * Pipelines that make every pair, `count` of them, or more if it takes more: greedily, each begins with a
 * pair that is missing, and is filled with what makes most of the others.
 */
export function coveringSample(count: number): readonly Sampled[] {
  const random = randomOf(1);
  const missing = new Map(possiblePairs());
  const sample: Sampled[] = [];
  while (missing.size > 0 || sample.length < count) {
    const wanted = [...missing.values()][Math.floor(random() * missing.size)] ?? [];
    const candidates = Array.from({ length: missing.size === 0 ? 1 : CANDIDATES }, () => drawn(wanted, missing, random));
    const gains = candidates.map((one) => [...pairsIn(one)].filter((pair) => missing.has(pair)).length);
    const best = candidates[gains.indexOf(Math.max(...gains))] as Sampled;
    for (const pair of pairsIn(best)) missing.delete(pair);
    sample.push(best);
    if (sample.length > SAMPLE_MAX) throw new Error(`pairs that no pipeline makes: ${[...missing.keys()].slice(0, 5).join('; ')}`);
  }
  return sample;
}

const PROGRAM = 'program';
/** Beyond any sample that covers: something is asked for that cannot be. */
const SAMPLE_MAX = 2000;

type Random = () => number;

function drawn(wanted: readonly Choice[], missing: ReadonlyMap<string, unknown>, random: Random): Sampled {
  const chosen: Choice[] = [];
  const fill = (owner: string): Options => {
    const options = filled(owner, wanted, chosen, missing, random);
    chosen.push(...choicesOf(owner, options));
    return options;
  };
  const names = new Set(wanted.map(({ owner }) => owner).filter((owner) => owner !== PROGRAM));
  while (names.size < Math.min(STEPS_MAX, OPERATORS.length)) names.add(picked(OPERATORS, random).name);
  const { ends, ...program } = fill(PROGRAM);
  const steps = ordered([...names].map((name) => ({ operator: operatorOf(name), options: fill(name) })), random).map(({ operator, options }): StepSpec => {
    const from = operator.takes.map(() => (random() < NEAREST ? 0 : Math.floor(random() * STEPS_MAX)));
    return { operator: operator.name, from, options };
  });
  return { program: { ...program, steps } as unknown as ProgramSpec, ends: ends === true };
}

/** How often a step reads what came out last. */
const NEAREST = 0.6;

/** Each option, beginning with those that are wanted, gets the value that makes most of the missing pairs. */
function filled(owner: string, wanted: readonly Choice[], chosen: readonly Choice[], missing: ReadonlyMap<string, unknown>, random: Random): Options {
  const own = wanted.filter((choice) => choice.owner === owner && choice.option !== undefined);
  const fixed = Object.fromEntries(own.map(({ option, value }) => [option, value])) as Options;
  const options: Record<string, OptionValue> = { ...fixed };
  for (const [option, values] of shuffled(Object.entries(optionTable()[owner] ?? {}), random)) {
    if (option in fixed) continue;
    const others = [...chosen, ...choicesOf(owner, options)];
    const gain = (value: OptionValue): number => others.filter((other) => missing.has(pairOf(other, { owner, option, value }))).length;
    const possible = shuffled(values, random).filter((value) => isPossible(owner, { ...options, [option]: value }));
    const gains = possible.map(gain);
    options[option] = possible[gains.indexOf(Math.max(...gains))] as OptionValue;
  }
  return options;
}

interface Unplaced {
  readonly operator: PipelineOperator;
  readonly options: Options;
}

/** In any order in which each has something to read; those that have not are left out. */
function ordered(all: readonly Unplaced[], random: Random): readonly Unplaced[] {
  let rest = shuffled(all, random);
  const placed: Unplaced[] = [];
  let hasTable = false;
  for (;;) {
    const fits = rest.find(({ operator }) => hasTable || !operator.takes.includes('table'));
    if (fits === undefined) return placed;
    placed.push(fits);
    hasTable ||= Object.values(fits.operator.ports(fits.options)).includes('table');
    rest = rest.filter((one) => one !== fits);
  }
}

function picked<T>(list: readonly T[], random: Random): T {
  return list[Math.floor(random() * list.length)] as T;
}

function shuffled<T>(list: readonly T[], random: Random): readonly T[] {
  return list.map((item) => ({ item, rank: random() })).toSorted((one, other) => one.rank - other.rank).map(({ item }) => item);
}

/** Numbers in [0, 1), the same for the same seed: a multiplicative generator of 31 bits. */
function randomOf(seed: number): Random {
  let state = seed;
  return () => {
    state = (state * 48_271) % 2_147_483_647;
    return state / 2_147_483_647;
  };
}
