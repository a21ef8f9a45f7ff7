import { cpSync, mkdtempSync, readFileSync, readdirSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, onTestFinished, test } from 'vitest';
import { everythingOf, fullProgram, more, start, tablesOf } from '../testing/fixture-full-store.ts';
import { survey } from './survey.ts';

/* A store of each format there has been, as the version left it that wrote it, with what its tables said. */

const stores = join(import.meta.dirname, '../../test/stores');
const formats = readdirSync(stores).filter((name) => /^format-\d+$/.test(name));

test('there is one of each format before this one', () => {
  expect(formats).toEqual(['format-1']);
});

test.each(formats)('a store of %s is whole, opens, says what it said, and goes on', async (name) => {
  const folder = mkdtempSync(join(tmpdir(), 'millrace-formats-'));
  onTestFinished(() => rmSync(folder, { recursive: true }));
  const store = join(folder, 'store');
  cpSync(join(stores, name), store, { recursive: true });
  expect(survey(store).findings).toEqual([]);

  const program = fullProgram();
  await start(program, store);
  expect(await tablesOf(program)).toEqual(JSON.parse(readFileSync(join(stores, `${name}.json`), 'utf8')));
  const before = await everythingOf(program);
  await more(program, 100, 20);
  expect(await everythingOf(program)).not.toBe(before);
  await program.stop();
  // Blocks of both formats lie beside each other.
  expect(survey(store).findings).toEqual([]);
});
