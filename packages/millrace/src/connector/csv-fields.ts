/**
 * The fields of one CSV record (RFC 4180): separated by commas; in quotes where they hold commas, line
 * breaks or quotes, a quote inside quotes being doubled. Throws what is wrong where the quotes are, and
 * refuses a carriage return outside them: where lines end with it alone, this is many records, not one.
 */
export function csvFields(record: string): string[] {
  if (!record.includes('"') && !record.includes('\r')) return record.split(',');
  const fields: string[] = [];
  for (let from = 0; from <= record.length; ) {
    const to = record[from] === '"' ? closingQuote(record, from) + 1 : plainEnd(record, from);
    const field = record.slice(from, to);
    fields.push(field.startsWith('"') ? field.slice(1, -1).replaceAll('""', '"') : field);
    if (to < record.length && record[to] !== ',') throw new Error(`field ${fields.length} goes on behind its closing quote`);
    from = to + 1;
  }
  return fields;

  function plainEnd(text: string, from: number): number {
    const comma = text.indexOf(',', from);
    const to = comma < 0 ? text.length : comma;
    if (text.slice(from, to).includes('\r')) throw new Error(`field ${fields.length + 1} has a carriage return and is not in quotes; lines have to end with LF or CRLF`);
    if (text.slice(from, to).includes('"')) throw new Error(`field ${fields.length + 1} has a quote and is not in quotes`);
    return to;
  }

  function closingQuote(text: string, open: number): number {
    for (let quote = text.indexOf('"', open + 1); quote >= 0; quote = text.indexOf('"', quote + 2)) {
      if (text[quote + 1] !== '"') return quote;
    }
    throw new Error(`field ${fields.length + 1} has no closing quote`);
  }
}
