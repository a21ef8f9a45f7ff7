import ts from 'typescript';
import type { Check, Finding } from './check.ts';
import { isTypeScript, lineOf, walk } from './source.ts';

/** `any` switches the type checker off for whatever touches it, so each one says on its line why. */
export const unjustifiedAny: Check = (files) =>
  files.filter(isTypeScript).flatMap((file) => {
    const lines = file.text.split('\n');
    const findings: Finding[] = [];
    walk(file, (node) => {
      if (node.kind !== ts.SyntaxKind.AnyKeyword || givesReason(lines[lineOf(node) - 1] ?? '')) return;
      findings.push({
        severity: 'error',
        path: file.path,
        line: lineOf(node),
        what: '`any` without a reason on its line',
        cure: 'Write the type, or `unknown`; where it must be any: `// oxlint-disable-line typescript/no-explicit-any -- why`.',
      });
    });
    return findings;
  });

/** The directive that silences the linter is no reason; what follows its `--` is. */
function givesReason(line: string): boolean {
  const comment = /[/][/](.*)$|[/][*](.*?)[*][/]/.exec(line);
  const words = comment?.[1] ?? comment?.[2] ?? '';
  return words.replace(/oxlint-disable\S*\s+\S+(\s+--)?/, '').trim() !== '';
}
