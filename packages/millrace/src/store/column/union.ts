import type { ByteReader } from './byte-reader.ts';
import type { ByteWriter } from './byte-writer.ts';
import { kindOf, type ReadColumn, type WriteColumn } from './kind.ts';
import { readNumbers, writeNumbers } from './numbers.ts';

/*
 * Values of several kinds, null and undefined among them: a column for each kind, and the order.
 *
 *   union := members:u8 order:numbers column*       which member each value is in; the members in turn
 */
export function writeUnion(out: ByteWriter, values: readonly unknown[], write: WriteColumn): void {
  const members = new Map<number, { readonly index: number; readonly values: unknown[] }>();
  const order = values.map((value) => {
    const kind = kindOf(value);
    let member = members.get(kind);
    if (member === undefined) members.set(kind, (member = { index: members.size, values: [] }));
    member.values.push(value);
    return member.index;
  });
  out.u8(members.size);
  writeNumbers(out, order);
  for (const member of members.values()) write(out, member.values);
}

export function readUnion(input: ByteReader, rows: number, read: ReadColumn): unknown[] {
  const rowsOf = new Array<number>(input.u8()).fill(0);
  const order = readNumbers(input, rows);
  for (const member of order) rowsOf[member] = (rowsOf[member] as number) + 1;
  const members = rowsOf.map((own) => read(input, own).values());
  return order.map((member) => members[member]?.next().value);
}
