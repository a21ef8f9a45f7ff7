import type { ICruiseOptions } from 'dependency-cruiser';

/** How dependency-cruiser reads this repository. */
export const options: ICruiseOptions = {
  // Imports of types count too: a floor that knows a type of the floor above knows the floor above.
  tsPreCompilationDeps: true,
  // Tests use what the root offers (vitest, fast-check), packages what they declare themselves.
  combinedDependencies: true,
  doNotFollow: { path: '(^|/)node_modules/' },
  exclude: { path: '(^|/)(dist|data|[.]cache)/' },
  enhancedResolveOptions: {
    // Workspaces resolve to their source, as they do at run time with --conditions=millrace-source.
    conditionNames: ['millrace-source', 'import', 'node', 'types', 'default'],
    exportsFields: ['exports'],
    extensions: ['.ts', '.tsx', '.mjs', '.js', '.json'],
  },
};
