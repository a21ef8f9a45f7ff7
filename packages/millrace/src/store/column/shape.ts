/**
 * The names of a record's fields, in order, and the fastest way to build such records.
 *
 * A literal in generated code makes a record in a tenth of the time that assigning its fields one by
 * one takes. Generating costs as much as some hundred records, so a shape must first have shown that it
 * comes often. Where generating code is forbidden, assignment does the same, only slower.
 */
export class Shape {
  readonly names: readonly string[];
  #rowsSeen = 0;
  #build: Build;

  constructor(names: readonly string[]) {
    this.names = names;
    this.#build = (columns, rows) => assigned(names, columns, rows);
  }

  /** The records whose fields are these columns. */
  build(columns: readonly (readonly unknown[])[], rows: number): object[] {
    if (this.#rowsSeen < ROWS_BEFORE_GENERATING) {
      this.#rowsSeen += rows;
      if (this.#rowsSeen >= ROWS_BEFORE_GENERATING) this.#build = generated(this.names) ?? this.#build;
    }
    return this.#build(columns, rows);
  }
}

type Build = (columns: readonly (readonly unknown[])[], rows: number) => object[];

const ROWS_BEFORE_GENERATING = 256;
/** Records with more fields than this are left to assignment. */
const FIELDS_GENERATED_MAX = 256;
/** How many shapes are remembered; then all are forgotten, and those in use come back. */
const SHAPES_MAX = 256;

const shapes = new Map<string, Shape>();

/** The one shape with these names. */
export function shapeOf(names: readonly string[]): Shape {
  const key = names.join('\0');
  const known = shapes.get(key);
  if (known !== undefined && sameNames(known.names, names)) return known; // names may contain the separator
  if (shapes.size >= SHAPES_MAX) shapes.clear();
  const shape = new Shape(names);
  shapes.set(key, shape);
  return shape;
}

export function sameNames(a: readonly string[], b: readonly string[]): boolean {
  if (a.length !== b.length) return false;
  for (let i = 0; i < a.length; i += 1) if (a[i] !== b[i]) return false;
  return true;
}

/** Gives a record a field of its own, also when its name is `__proto__`. */
export function setField(record: object, name: string, value: unknown): void {
  if (name === '__proto__') {
    Object.defineProperty(record, name, { value, writable: true, enumerable: true, configurable: true });
  } else {
    (record as Record<string, unknown>)[name] = value;
  }
}

function assigned(names: readonly string[], columns: readonly (readonly unknown[])[], rows: number): object[] {
  return Array.from({ length: rows }, (_, i) => {
    const record = {};
    names.forEach((name, field) => setField(record, name, columns[field]?.[i]));
    return record;
  });
}

function generated(names: readonly string[]): Build | undefined {
  if (names.length > FIELDS_GENERATED_MAX) return undefined;
  // A computed name makes a field also of `__proto__`, where a literal one would set the prototype.
  const fields = names.map((name, i) => `[${JSON.stringify(name)}]: c${i}[i]`);
  const columns = names.map((_, i) => `c${i}`);
  try {
    // The names are quoted by JSON.stringify, so no name becomes code; a test holds hostile ones against it.
    // oxlint-disable-next-line no-new-func
    return new Function(
      'columns',
      'rows',
      `'use strict';
      const [${columns.join(', ')}] = columns;
      const records = new Array(rows);
      for (let i = 0; i < rows; i += 1) records[i] = { ${fields.join(', ')} };
      return records;`,
    ) as Build;
  } catch (error) {
    if (error instanceof EvalError) return undefined; // code generation is forbidden here
    throw error;
  }
}
