import { resolve } from 'node:path';
import { ambient } from './ambient.ts';
import type { Check, Finding } from './check.ts';
import { dependencyNotes } from './dependency-notes.ts';
import { docLinks } from './doc-links.ts';
import { fileLengths } from './file-length.ts';
import { fileNames } from './file-names.ts';
import { guarantees } from './guarantees.ts';
import { machinePaths } from './machine-paths.ts';
import { operatorFolders } from './operator-folders.ts';
import { registryHosts } from './registry-hosts.ts';
import { skippedTests } from './skipped-tests.ts';
import { readTree } from './tree.ts';
import { unfinished } from './unfinished.ts';
import { unjustifiedAny } from './unjustified-any.ts';

/* `npm run tidy`: the house rules that no other tool knows. Prints one line a finding; errors exit with 1. */

const checks: readonly Check[] = [
  ambient,
  dependencyNotes,
  docLinks,
  fileLengths,
  fileNames,
  guarantees,
  machinePaths,
  operatorFolders,
  registryHosts,
  skippedTests,
  unfinished,
  unjustifiedAny,
];

const files = readTree(resolve(import.meta.dirname, '../..'));
const findings = checks.flatMap((check) => check(files)).toSorted(byPlace);
for (const { severity, path, line, what, cure } of findings) console.log(`${severity} ${path}:${line}: ${what}. ${cure}`);

const errors = findings.filter((finding) => finding.severity === 'error').length;
console.log(`tidy: ${checks.length} checks over ${files.length} files: ${errors} errors, ${findings.length - errors} warnings`);
process.exitCode = errors > 0 ? 1 : 0;

function byPlace(a: Finding, b: Finding): number {
  return a.path < b.path ? -1 : a.path > b.path ? 1 : a.line - b.line;
}
