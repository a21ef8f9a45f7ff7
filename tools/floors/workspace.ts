import type { IForbiddenRuleType } from 'dependency-cruiser';
import { millrace, tests } from './paths.ts';

/** What holds between the workspaces, and for every file. */
export const workspaceRules: readonly IForbiddenRuleType[] = [
  {
    name: 'through-the-front-door',
    comment: "Others import 'millrace' or 'millrace/producer' (or, in tests, 'millrace/testing'), never a file inside it.",
    severity: 'error',
    // What damages a store has to know what lies in it.
    from: { pathNot: ['^packages/millrace/', '^tools/flip-bytes/'] },
    to: { path: millrace, pathNot: `${millrace}((producer|testing)/)?index[.]ts$` },
  },
  {
    name: 'nothing-imports-an-app',
    comment: 'An app stands on packages; a package or a benchmark that needs one has it the wrong way round.',
    severity: 'error',
    from: { pathNot: '^apps/' },
    to: { path: '^apps/' },
  },
  {
    name: 'products-import-no-workshop',
    comment: 'Benchmarks and tools are about the products and are not shipped with them.',
    severity: 'error',
    from: { path: '^(packages|apps)/' },
    to: { path: '^(bench|tools)/' },
  },
  {
    name: 'no-cycle',
    comment: 'Two files that need each other to run are one idea, or a third is missing. Types may refer to each other.',
    severity: 'error',
    from: {},
    to: { circular: true, viaOnly: { dependencyTypesNot: ['type-only'] } },
  },
  {
    name: 'no-orphan',
    comment: 'Nobody imports this file and it imports nobody: use it or delete it.',
    severity: 'error',
    from: { orphan: true, pathNot: [tests, '[.]d[.]ts$', '[.]config[.]ts$', '(^|/)(main|index)[.]ts$', '^tools/[^/]+$'] },
    to: {},
  },
  {
    name: 'every-import-resolves',
    comment: 'The module is not there: a typing error, a missing file, or a package that is not installed.',
    severity: 'error',
    from: {},
    to: { couldNotResolve: true },
  },
  {
    name: 'every-package-is-declared',
    comment: 'Add the package to the package.json of the workspace that imports it, and to docs/dependencies.md.',
    severity: 'error',
    from: {},
    to: { dependencyTypes: ['npm-no-pkg', 'npm-unknown'] },
  },
  {
    name: 'shipped-code-uses-shipped-packages',
    comment: 'A devDependency is absent for users. (The console is bundled, so its packages are not needed at run time.)',
    severity: 'error',
    from: { path: '^(packages|apps)/[^/]+/src/', pathNot: [tests, '/fixture-[^/]+[.]ts$', '^apps/emily/src/console/'] },
    to: { dependencyTypes: ['npm-dev'], dependencyTypesNot: ['type-only'] },
  },
];
