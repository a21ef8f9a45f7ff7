import { globSync, mkdirSync, mkdtempSync, readFileSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import { basename, dirname, join } from 'node:path';
import { afterAll, describe, expect, test } from 'vitest';
import { type Picture, bodyOf, picturesOf } from './pictures.ts';
import { taken } from './recorded.ts';
import { type Story, storyOf } from './story.ts';
import { svgOf } from './svg.ts';
import { sentencesOf } from './words.ts';

/* The pictures of docs/operators are what the engine does with the lines of its tests; UPDATE=1 draws them anew. */

const root = join(import.meta.dirname, '../..');
const folder = 'docs/operators';
const pages = globSync(`${folder}/*.md`, { cwd: root }).sort().map((path) => ({ path, text: readFileSync(join(root, path), 'utf8') }));

mkdirSync(join(root, '.cache'), { recursive: true });
const scratch = mkdtempSync(join(root, '.cache', 'pictures-'));
afterAll(() => rmSync(scratch, { recursive: true }));

for (const { path, text } of pages.filter((page) => picturesOf(page.text).length > 0)) {
  describe(`${path}`, () => {
    test.each(picturesOf(text))('$name is drawn from what happens', async (picture) => {
      const { story, lines } = await run(picture);
      const svg = svgOf(story, picture.title);
      const told = sentencesOf(story);
      expect(told).not.toMatch(/[[\]]/);
      const body = bodyOf(readFileSync(join(root, dirname(path), picture.test), 'utf8'), picture.title) ?? 'no such test';
      for (const line of lines) expect(body).toContain(`'${line}'`);
      const file = join(root, folder, picture.name);
      if (process.env.UPDATE === '1') {
        const now = readFileSync(join(root, path), 'utf8');
        writeFileSync(join(root, path), now.replace(`![${picture.told}](${picture.name})`, () => `![${told}](${picture.name})`));
        writeFileSync(file, svg);
        return;
      }
      expect(picture.told).toBe(told);
      expect(readFileSync(file, 'utf8')).toBe(svg);
    });
  });
}

test('every picture is on a page', () => {
  const drawn = pages.flatMap((page) => picturesOf(page.text).map(({ name }) => name)).sort();
  expect(readdirSync(join(root, folder)).filter((name) => name.endsWith('.svg')).sort()).toEqual(drawn);
});

test('every operator has a page that leads to its test', () => {
  const operators = globSync('packages/millrace/src/operator/*/*.property.test.ts', { cwd: root }).map((path) => basename(dirname(path)));
  const without = [...new Set(operators)].filter((name) => !pages.some((page) => page.text.includes(`/src/operator/${name}/`)));
  expect(without).toEqual([]);
});

test('every page is in the list', () => {
  const list = pages.find(({ path }) => path === `${folder}/README.md`)?.text ?? '';
  expect(pages.map(({ path }) => basename(path)).filter((name) => name !== 'README.md' && !list.includes(`(${name})`))).toEqual([]);
});

async function run({ name, code }: Picture): Promise<{ readonly story: Story; readonly lines: readonly string[] }> {
  const file = join(scratch, name.replace('.svg', '.ts'));
  writeFileSync(file, code.replace("'millrace/testing'", JSON.stringify(join(import.meta.dirname, 'recorded.ts'))));
  await import(/* @vite-ignore */ file);
  const [drawn, ...more] = taken();
  if (drawn === undefined || more.length > 0) throw new Error(`${name}: expected one call of marbles`);
  return { story: storyOf(drawn), lines: Object.values(drawn.lines) };
}
