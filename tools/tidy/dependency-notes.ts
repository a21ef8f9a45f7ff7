import type { Check, Finding, TrackedFile } from './check.ts';
import { matches } from './source.ts';

const notes = 'docs/dependencies.md';
const kinds = ['dependencies', 'devDependencies', 'optionalDependencies', 'peerDependencies'] as const;

type Manifest = { readonly name?: string } & { readonly [Kind in (typeof kinds)[number]]?: Readonly<Record<string, string>> };

/** Every dependency has its line (what for, why this one, what leaving it takes), and every line its dependency. */
export const dependencyNotes: Check = (files) => {
  const manifests = files
    .filter((file) => /(^|[/])package[.]json$/.test(file.path))
    .map((file) => ({ file, manifest: JSON.parse(file.text) as Manifest }));
  const own = new Set(manifests.map(({ manifest }) => manifest.name));
  const declared = manifests.flatMap(({ file, manifest }) =>
    kinds.flatMap((kind) => Object.entries(manifest[kind] ?? {})).map(([name, version]) => ({ name, file, entry: `"${name}": "${version}"` })),
  );
  const foreign = declared.filter(({ name }) => !own.has(name));
  const noted = notedIn(files.find((file) => file.path === notes));

  const silent = foreign
    .filter(({ name }) => !noted.has(name))
    .map(({ name, file, entry }): Finding => ({
      severity: 'error',
      path: file.path,
      line: lineOf(file, entry),
      what: `${name} has no line in ${notes}`,
      cure: 'Add it: what for, why this one, what it would take to leave it. Or do without it.',
    }));
  const gone = [...noted]
    .filter(([name]) => !foreign.some((dependency) => dependency.name === name))
    .map(([name, line]): Finding => ({ severity: 'error', path: notes, line, what: `no package.json asks for ${name}`, cure: 'Delete the line.' }));
  return [...silent, ...gone];
};

/** The names that table rows begin with, in backticks, with their lines. */
function notedIn(file: TrackedFile | undefined): ReadonlyMap<string, number> {
  if (file === undefined) return new Map();
  return new Map(matches(file, /^\|\s*`([^`]+)`/g).map(({ line, match }) => [match[1] ?? '', line]));
}

function lineOf(file: TrackedFile, entry: string): number {
  return file.text.split('\n').findIndex((line) => line.includes(entry)) + 1;
}
