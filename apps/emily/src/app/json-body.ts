import { isUtf8 } from 'node:buffer';
import { membersNamed, scanObject, valueOf, type JsonObject } from '../gateway/json-members.ts';

/** How deep what is sent in may nest: as deep as the engine's own events. */
export const JSON_DEPTH_MAX = 32;

/** Bytes of JSON as a value; or what is wrong with them, and whether they are JSON at all. */
export type Read = { readonly value: unknown } | { readonly flaw: string; readonly isJson: boolean };

/** Members that decide what something means, by name; two readers must not disagree on them. Those of one of them, where it is an object. */
export type Decisive = { readonly members: readonly string[]; readonly inside?: readonly [member: string, members: readonly string[]] };

/** Reads bytes that somebody sent, without trusting them: nothing of them is parsed before its depth is known. */
export function jsonOf(bytes: unknown, { members, inside }: Decisive): Read {
  if (!Buffer.isBuffer(bytes)) return { flaw: 'is not JSON: there is nothing', isJson: false };
  if (!isUtf8(bytes)) return { flaw: 'is not UTF-8: different bytes would become the same text', isJson: true };
  const object = scanObject(bytes, JSON_DEPTH_MAX);
  if (object.depth > JSON_DEPTH_MAX) return { flaw: `nests deeper than ${JSON_DEPTH_MAX} levels`, isJson: true };
  let value: unknown;
  try {
    value = JSON.parse(bytes.toString());
  } catch (error) {
    return { flaw: `is not JSON: ${(error as Error).message}`, isJson: false };
  }
  const twice = repeated(object, members) ?? (inside === undefined ? undefined : repeatedInside(object, inside));
  return twice === undefined ? { value } : { flaw: `has more than one ${twice}; which one counts would depend on who reads it`, isJson: true };
}

function repeatedInside(object: JsonObject, [name, members]: NonNullable<Decisive['inside']>): string | undefined {
  const [member] = membersNamed(object, name);
  if (member === undefined) return undefined;
  const twice = repeated(scanObject(valueOf(object, member), JSON_DEPTH_MAX), members);
  return twice === undefined ? undefined : `${name}.${twice}`;
}

const repeated = (object: JsonObject, names: readonly string[]): string | undefined => names.find((name) => membersNamed(object, name).length > 1);
