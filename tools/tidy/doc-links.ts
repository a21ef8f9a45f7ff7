import { posix } from 'node:path';
import type { Check, Finding } from './check.ts';
import { matches } from './source.ts';

/** Links, pictures, and their HTML spelling. */
const link = /\]\(<?([^)\s>]+)>?(?:\s+"[^"]*")?\)|\b(?:src|href)="([^"]+)"/g;
/** Of another site, or of the same page. */
const elsewhere = /^([a-z][a-z0-9+.-]*:|#)/i;

/** A document's link to a file of the repository leads to a file of the repository. */
export const docLinks: Check = (files) => {
  const paths = new Set(files.flatMap((file) => [file.path, ...foldersOf(file.path)]));
  return files
    .filter((file) => file.path.endsWith('.md'))
    .flatMap((file) =>
      matches({ path: file.path, text: withoutCode(file.text) }, link).flatMap(({ line, match }): Finding[] => {
        const target = match[1] ?? match[2] ?? '';
        if (elsewhere.test(target) || paths.has(resolve(file.path, target))) return [];
        return [{ severity: 'error', path: file.path, line, what: `the link to ${target} leads nowhere`, cure: 'Correct the path, relative to this document.' }];
      }),
    );
};

function resolve(document: string, target: string): string {
  const file = decodeURIComponent(target.replace(/[?#].*$/, ''));
  const path = file.startsWith('/') ? file.slice(1) : posix.join(posix.dirname(document), file);
  return path.replace(/[/]$/, '');
}

function foldersOf(path: string): readonly string[] {
  const parts = path.split('/').slice(0, -1);
  return ['.', ...parts.map((_, index) => parts.slice(0, index + 1).join('/'))];
}

/** Code shows syntax, not links. Lines stay where they are. */
function withoutCode(text: string): string {
  return text.replace(/^```[^]*?^```/gm, (block) => block.replace(/[^\n]/g, '')).replace(/`[^`\n]*`/g, '');
}
