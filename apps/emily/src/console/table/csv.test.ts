import { expect, test } from 'vitest';
import { toCsv } from './csv.ts';

const bodyOf = (csv: string): string => csv.slice(1);

test('a file starts with a byte order mark, so that a spreadsheet reads the umlauts', () => {
  expect(toCsv(['Tenant'], [['Söhne']])).toBe('\uFEFFTenant\r\nSöhne\r\n');
});

test('commas, quotes and line breaks are quoted, quotes doubled', () => {
  expect(bodyOf(toCsv(['a', 'b'], [['x,y', 'say "hi"\nthere']]))).toBe('a,b\r\n"x,y","say ""hi""\nthere"\r\n');
});

test('a name that a spreadsheet would run as a formula is text', () => {
  expect(bodyOf(toCsv(['name'], [['=HYPERLINK("http://evil","x")'], ['@SUM(A1)'], ['-2+3']]))).toBe(
    'name\r\n"\'=HYPERLINK(""http://evil"",""x"")"\r\n\'@SUM(A1)\r\n\'-2+3\r\n',
  );
});

test('negative numbers and amounts stay numbers', () => {
  expect(bodyOf(toCsv(['a', 'b'], [[-5, '-12.50']]))).toBe('a,b\r\n-5,-12.50\r\n');
});
