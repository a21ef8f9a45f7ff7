import ts from 'typescript';
import type { Check, Finding } from './check.ts';
import { isTest, lineOf, walk } from './source.ts';

const never = new Map([
  ['only', 'keeps every other test of the file from running'],
  ['todo', 'is a promise, not a test'],
]);
const withReason = new Set(['skip', 'skipIf', 'runIf', 'fails']);
const runners = new Set(['test', 'it', 'describe', 'suite']);

/** A test that does not run proves nothing; one that may not run says when and why. */
export const skippedTests: Check = (files) =>
  files.filter(isTest).flatMap((file) => {
    const lines = file.text.split('\n');
    const findings: Finding[] = [];
    walk(file, (node) => {
      if (!ts.isPropertyAccessExpression(node) || !runners.has(rootOf(node))) return;
      const name = node.name.text;
      const line = node.getSourceFile().getLineAndCharacterOfPosition(node.name.getStart()).line + 1;
      const fault = never.get(name);
      if (fault !== undefined) {
        findings.push({ severity: 'error', path: file.path, line, what: `.${name} ${fault}`, cure: `Remove .${name}.` });
      } else if (withReason.has(name) && !givesReason(lines, lineOf(node))) {
        findings.push({
          severity: 'error',
          path: file.path,
          line,
          what: `.${name} without a reason`,
          cure: 'Write a comment on the line or above it: what is missing, and where the test does run.',
        });
      }
    });
    return findings;
  });

function rootOf(node: ts.Expression): string {
  if (ts.isPropertyAccessExpression(node) || ts.isCallExpression(node)) return rootOf(node.expression);
  return ts.isIdentifier(node) ? node.text : '';
}

function givesReason(lines: readonly string[], line: number): boolean {
  return /[/][/]\s*\S/.test(lines[line - 1] ?? '') || /^\s*([/][/]|[*]|[/][*])\s*\S/.test(lines[line - 2] ?? '');
}
