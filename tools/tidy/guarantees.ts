import type { Check, Finding } from './check.ts';

/** Where promises name their tests, a line each: `- path: a part of the test's name`. */
const DOCUMENT = 'GUARANTEES.md';
const named = /^- ([^\s:]+[.]test[.]ts): (.+)$/;

/** Every test that a guarantee names is there. */
export const guarantees: Check = (files) => {
  const texts = new Map(files.map(({ path, text }) => [path, text]));
  const document = texts.get(DOCUMENT);
  if (document === undefined) return [];
  return document.split('\n').flatMap((line, at): Finding[] => {
    const [, path = '', name = ''] = named.exec(line) ?? [];
    if (path === '' || texts.get(path)?.includes(name) === true) return [];
    const what = texts.has(path) ? `no test of ${path} is called "${name}"` : `there is no ${path}`;
    return [{ severity: 'error', path: DOCUMENT, line: at + 1, what, cure: 'Name the test that proves it, or take the promise back.' }];
  });
};
