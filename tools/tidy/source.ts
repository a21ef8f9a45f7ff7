import ts from 'typescript';
import type { TrackedFile } from './check.ts';

/** What several checks need to know about source files. */

export const isTypeScript = (file: TrackedFile): boolean => /[.]tsx?$/.test(file.path);
export const isTest = (file: TrackedFile): boolean => /[.](test|test-d)[.]tsx?$/.test(file.path);
export const isCode = (file: TrackedFile): boolean => /[.](tsx?|[cm]?js|css|html|sh)$/.test(file.path) || file.path === '.ci/run';

/** The checks and their tests contain the very words they look for. */
export const isTidyItself = (file: TrackedFile): boolean => file.path.startsWith('tools/tidy/');

const parsed = new WeakMap<TrackedFile, ts.SourceFile>();

/** The syntax tree of a file, parsed once for all checks. */
function parse(file: TrackedFile): ts.SourceFile {
  let tree = parsed.get(file);
  if (tree === undefined) {
    tree = ts.createSourceFile(file.path, file.text, ts.ScriptTarget.Latest, true);
    parsed.set(file, tree);
  }
  return tree;
}

/** Calls `visit` with every node of a file. */
export function walk(file: TrackedFile, visit: (node: ts.Node) => void): void {
  const step = (node: ts.Node): void => {
    visit(node);
    ts.forEachChild(node, step);
  };
  step(parse(file));
}

/** The line a node begins on, from 1. */
export function lineOf(node: ts.Node): number {
  return node.getSourceFile().getLineAndCharacterOfPosition(node.getStart()).line + 1;
}

/** Every match of a pattern (which must be global) in a file, with its line. */
export function matches(file: TrackedFile, pattern: RegExp): readonly { readonly line: number; readonly match: RegExpExecArray }[] {
  return file.text.split('\n').flatMap((text, index) => [...text.matchAll(pattern)].map((match) => ({ line: index + 1, match })));
}
