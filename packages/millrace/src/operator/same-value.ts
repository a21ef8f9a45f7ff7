import { encodeRows } from '../store/rows.ts';

/** Whether two results are the same, as the store would have them. */
export function isSame(a: unknown, b: unknown): boolean {
  if (a === b || Object.is(a, b)) return true;
  if (typeof a !== 'object' || typeof b !== 'object' || a === null || b === null) return false;
  if (Array.isArray(a) && Array.isArray(b)) return a.length === b.length && a.every((one, i) => isSame(one, b[i]));
  // Nearly always it can be told by the fields, in a hundredth of the time.
  return isPlain(a) && isPlain(b) && haveSameNames(a, b) ? isSameByField(a, b) : isStoredAlike(a, b);
}

type Fields = Readonly<Record<string, unknown>>;

function isPlain(value: object): value is Fields {
  const prototype: unknown = Object.getPrototypeOf(value);
  return prototype === Object.prototype || prototype === null;
}

function haveSameNames(a: Fields, b: Fields): boolean {
  let more = 0;
  for (const name in a) {
    if (!Object.hasOwn(b, name)) return false;
    more += 1;
  }
  for (const _ in b) more -= 1;
  return more === 0;
}

function isSameByField(a: Fields, b: Fields): boolean {
  for (const name in a) if (!isSame(a[name], b[name])) return false;
  return true;
}

function isStoredAlike(a: object, b: object): boolean {
  try {
    return Buffer.compare(encodeRows([a]), encodeRows([b])) === 0;
  } catch {
    // The store would take neither.
    return false;
  }
}
