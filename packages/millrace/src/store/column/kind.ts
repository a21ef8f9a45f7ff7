import { errors } from '../../error.ts';
import type { ByteReader } from './byte-reader.ts';
import type { ByteWriter } from './byte-writer.ts';

/** The kinds of columns. They are part of the format: they never change their numbers. */
export const UNDEFINED = 0;
export const NULL = 1;
export const BOOLEAN = 2;
export const NUMBER = 3;
export const BIGINT = 4;
export const TEXT = 5;
export const DATE = 6;
export const BYTES = 7;
export const LIST = 8;
export const SET = 9;
export const MAP = 10;
export const RECORD = 11;
/** Values of several kinds. */
export const UNION = 12;
/** Objects that stand in many rows each. */
export const RUNS = 13;

/** Writes and reads whole columns; kinds that hold other columns are handed these. */
export type WriteColumn = (out: ByteWriter, values: readonly unknown[]) => void;
export type ReadColumn = (input: ByteReader, rows: number) => unknown[];

/** The kind of one value; UNSTORABLE_VALUE when it has none. */
export function kindOf(value: unknown): number {
  switch (typeof value) {
    case 'string':
      return TEXT;
    case 'number':
      return NUMBER;
    case 'boolean':
      return BOOLEAN;
    case 'undefined':
      return UNDEFINED;
    case 'bigint':
      return BIGINT;
    case 'object':
      return value === null ? NULL : kindOfObject(value);
    default:
      throw unstorable(`a ${typeof value}`);
  }
}

/** Whether it is a plain object. */
export function isRecord(value: unknown): boolean {
  if (typeof value !== 'object' || value === null) return false;
  const prototype = Object.getPrototypeOf(value) as object | null;
  return prototype === Object.prototype || prototype === null;
}

function kindOfObject(value: object): number {
  if (isRecord(value)) return RECORD;
  if (Array.isArray(value)) return LIST;
  if (value instanceof Date) return DATE;
  if (value instanceof Uint8Array) return BYTES;
  if (value instanceof Map) return MAP;
  if (value instanceof Set) return SET;
  throw unstorable(`an object of class ${(Object.getPrototypeOf(value) as object).constructor?.name ?? 'unknown'}`);
}

export function unstorable(what: string, path = ''): Error {
  return errors.UNSTORABLE_VALUE({ what, path });
}
