import type { Check } from './check.ts';

const operators = 'packages/millrace/src/operator/';

/** Every operator comes with its examples and with its property against the reference. */
export const operatorFolders: Check = (files) => {
  const paths = new Set(files.map((file) => file.path));
  const inside = [...paths].filter((path) => path.startsWith(operators)).map((path) => path.slice(operators.length).split('/'));
  const folders = new Set(inside.filter((parts) => parts.length > 1).map(([folder = '']) => folder));
  folders.delete('internal');
  return [...folders].flatMap((name) =>
    [`${name}.ts`, `${name}.test.ts`, `${name}.property.test.ts`]
      .map((file) => `${operators}${name}/${file}`)
      .filter((path) => !paths.has(path))
      .map((path) => ({
        severity: 'error',
        path,
        line: 1,
        what: 'is missing: an operator folder has the operator, its marbles and its property test',
        cure: 'Write it, or move what is no operator out of operator/.',
      })),
  );
};
