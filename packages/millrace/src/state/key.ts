import { errors } from '../error.ts';

/** What a key may be made of. */
export type KeyPart = string | number | bigint | boolean | null;

/**
 * How the key of an event is found: one selector for a plain key, named selectors for a composite
 * one, none where everything has the same key.
 *
 * While events are processed a key is the array of its parts, looked up part by part: a string
 * built per event would cost four times as much.
 */
export interface KeyShape<T, K> {
  /** Undefined for a plain key. */
  readonly names: readonly string[] | undefined;
  /** Not frozen, as it is read for each event: elements of a frozen array are loaded by a call. */
  readonly selectors: readonly ((value: T) => KeyPart)[];
  /** Makes the key as the user sees it. */
  readonly toKey: (parts: readonly KeyPart[]) => K;
  /** The parts of a key as the user writes it. */
  readonly toParts: (key: K) => readonly KeyPart[];
}

const none: readonly never[] = Object.freeze([]);

/** Everything under one key, `undefined`. */
export const unkeyed: KeyShape<unknown, undefined> = Object.freeze({
  names: undefined,
  selectors: none,
  toKey: () => undefined,
  toParts: () => none,
});

export function plainKey<T, K extends KeyPart>(select: (value: T) => K): KeyShape<T, K> {
  return Object.freeze({
    names: undefined,
    selectors: [select],
    toKey: (parts: readonly KeyPart[]) => parts[0] as K,
    toParts: (key: K) => [key],
  });
}

export function compositeKey<T, K extends Record<string, KeyPart>>(
  select: { readonly [Name in keyof K]: (value: T) => K[Name] },
): KeyShape<T, K> {
  const names = Object.freeze(Object.keys(select));
  if (names.length === 0) throw new RangeError('keyBy({}) names no part; use keyBy(selector) or name at least one');
  return Object.freeze({
    names,
    selectors: names.map((name) => select[name] as (value: T) => KeyPart),
    toKey: names.length === 2 ? pairMaker<K>(names as readonly [string, string]) : keyMaker<K>([...names]),
    toParts: (key: K) => names.map((name) => key[name] as KeyPart),
  });
}

function keyMaker<K>(names: readonly string[]): (parts: readonly KeyPart[]) => K {
  return (parts) => {
    const key: Record<string, KeyPart> = {};
    for (let i = 0; i < names.length; i += 1) key[names[i] as string] = parts[i] as KeyPart;
    return key as K;
  };
}

/** The same for two names: a place in the code that always stores the same name is compiled for it. */
function pairMaker<K>([first, second]: readonly [string, string]): (parts: readonly KeyPart[]) => K {
  return (parts) => {
    const key: Record<string, KeyPart> = {};
    key[first] = parts[0] as KeyPart;
    key[second] = parts[1] as KeyPart;
    return key as K;
  };
}

/**
 * The same part as a small number where it is one: computed numbers come as floating-point ones, which are
 * objects in an array of anything, slower to look up, and make a column of them.
 */
export function small(part: KeyPart): KeyPart {
  return typeof part === 'number' && (part | 0) === part ? part | 0 : part;
}

/**
 * Puts the parts of an event's key into `parts`.
 *
 * One place in the code that calls several functions is compiled for none of them: the parts of a pair, as most
 * keys of several parts are, have a place each.
 */
export function readParts<T>(selectors: readonly ((value: T) => KeyPart)[], value: T, parts: KeyPart[]): void {
  if (parts.length === 2) {
    parts[0] = small((selectors[0] as (value: T) => KeyPart)(value));
    parts[1] = small((selectors[1] as (value: T) => KeyPart)(value));
    return;
  }
  for (let i = 0; i < parts.length; i += 1) parts[i] = small((selectors[i] as (value: T) => KeyPart)(value));
}

/** Throws BAD_KEY_PART unless every part is a value that equals itself, now and after a restart. */
export function checkParts(state: string, parts: readonly unknown[]): void {
  for (let i = 0; i < parts.length; i += 1) {
    const part = parts[i];
    const type = part !== part ? 'NaN' : typeof part;
    if (part === null || type === 'string' || type === 'number' || type === 'bigint' || type === 'boolean') continue;
    throw errors.BAD_KEY_PART({ state, found: type });
  }
}
