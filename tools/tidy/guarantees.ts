import type { Check, Finding } from './check.ts';

/** Where promises name their tests, a line each: `- path: a part of the test's name`. */
const DOCUMENTS = ['GUARANTEES.md', 'SECURITY.md'];
const named = /^- ([^\s:]+[.]test[.]ts): (.+)$/;

/** Every test that a promise names is there. */
export const guarantees: Check = (files) => {
  const texts = new Map(files.map(({ path, text }) => [path, text]));
  return DOCUMENTS.flatMap((document) => findingsIn(document, texts));
};

function findingsIn(document: string, texts: ReadonlyMap<string, string>): readonly Finding[] {
  return (texts.get(document)?.split('\n') ?? []).flatMap((line, at): Finding[] => {
    const [, path = '', name = ''] = named.exec(line) ?? [];
    if (path === '' || texts.get(path)?.includes(name) === true) return [];
    const what = texts.has(path) ? `no test of ${path} is called "${name}"` : `there is no ${path}`;
    return [{ severity: 'error', path: document, line: at + 1, what, cure: 'Name the test that proves it, or take the promise back.' }];
  });
}
