import { expect, test } from 'vitest';
import { docLinks } from './doc-links.ts';
import { said } from './given.ts';

test('a link that leads nowhere is found with its line', () => {
  expect(said(docLinks, { 'docs/guide.md': 'See\n[the plan](../PLAN.md).' })).toEqual(['docs/guide.md:2: the link to ../PLAN.md leads nowhere']);
});

test('links resolve from the document, with or without anchor, to files and to folders', () => {
  const text = '[a](../README.md#numbers) [b](decisions/0001.md "title") [c](decisions/) [d](/bench) <img src="a%20picture.svg">';
  expect(
    said(docLinks, { 'docs/guide.md': text, 'README.md': '', 'docs/decisions/0001.md': '', 'bench/main.ts': '', 'docs/a picture.svg': '' }),
  ).toEqual([]);
});

test('a missing picture is found, however it is written', () => {
  expect(said(docLinks, { 'README.md': '![x](x.png)\n<img src="y.png">' })).toEqual([
    'README.md:1: the link to x.png leads nowhere',
    'README.md:2: the link to y.png leads nowhere',
  ]);
});

test('other sites and anchors of the same page are not looked at', () => {
  expect(said(docLinks, { 'README.md': '[a](https://example.org/x) [b](#usage) [c](mailto:a@example.org)' })).toEqual([]);
});

test('code shows syntax, not links', () => {
  expect(said(docLinks, { 'README.md': '`[a](b)`\n```md\n[a](b)\n```\n[x](gone.md)' })).toEqual(['README.md:5: the link to gone.md leads nowhere']);
});
