/*
 * A line of marbles.
 *
 *   line  := column*
 *   column := '-' | '|' | letter | letter digit+       a digit takes a column of its own
 */
export type Mark =
  | { readonly kind: 'event'; readonly column: number; readonly letter: string; readonly time: number }
  | { readonly kind: 'end'; readonly column: number };

/** What a line says, from left to right; throws a RangeError that points at the column it cannot read. */
export function marksOf(line: string): readonly Mark[] {
  const marks: Mark[] = [];
  const token = /-|\||([a-zA-Z])(\d*)/y;
  for (let column = 0; column < line.length; column = token.lastIndex) {
    token.lastIndex = column;
    const found = token.exec(line);
    if (found === null) throw new RangeError(`'${line}' has '${line[column]}' in column ${column}; expected a letter, -, or |`);
    const [text, letter, digits] = found;
    if (marks.at(-1)?.kind === 'end' && text !== '-') throw new RangeError(`'${line}' has '${text}' behind its end`);
    if (text === '|') marks.push({ kind: 'end', column });
    else if (letter !== undefined) marks.push({ kind: 'event', column, letter, time: digits === '' ? column : Number(digits) });
  }
  return marks;
}
