import { readFileSync, writeFileSync } from 'node:fs';
import { expect, test } from 'vitest';
import { emilyProgram } from '../src/app/program.ts';

const page = new URL('../../../ARCHITECTURE.md', import.meta.url);
const picture = /(?<=```mermaid\n)[^`]*(?=```)/;

test('the picture of the program in ARCHITECTURE.md is the one that describe() draws, but for the version of the time zones; UPDATE=1 draws it anew', () => {
  const described = emilyProgram({ zone: 'Europe/Berlin', replay: false }).describe('mermaid');
  const drawn = `${described.replaceAll(/ \(tzdb \w+\)/g, '')}\n`;
  const text = readFileSync(page, 'utf8');
  if (process.env.UPDATE === '1') writeFileSync(page, text.replace(picture, () => drawn));
  else expect(picture.exec(text)?.[0]).toBe(drawn);
});
