import { spawnSync } from 'node:child_process';
import { globSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { type Sample, commandsIn, pageOf } from './samples.ts';

/* Every program in the documents is compiled and run, and prints what its page says; UPDATE=1 writes what it prints. */

const root = join(import.meta.dirname, '../..');
const paths = globSync(['README.md', 'docs/*.md', 'docs/guide/*.md', 'docs/operators/*.md'], { cwd: root }).sort();
const pages = paths.map((path) => ({ path, folder: path.replace(/[.]md$/, '').replaceAll('/', '-').toLowerCase(), ...pageOf(readFileSync(join(root, path), 'utf8')) })).filter(({ samples }) => samples.length > 0);

// Below the repository, so that 'millrace' is found as it is for a user.
mkdirSync(join(root, '.cache'), { recursive: true });
const folder = mkdtempSync(join(root, '.cache', 'pages-'));
afterAll(() => rmSync(folder, { recursive: true }));

/** Where a page has its commands run, for those that say whole paths. */
const AS_TOLD = '/srv/shop';

const millrace = join(root, 'packages/millrace/src/cli/main.ts');

/** What the compiler says, by file. */
const said = new Map<string, string>();

beforeAll(() => {
  for (const page of pages) {
    mkdirSync(join(folder, page.folder));
    for (const { name, text } of [...page.files, ...page.samples.filter(isProgram)]) writeFileSync(join(folder, page.folder, name), text);
  }
  // As `strict` has it, which is what most programs are compiled with.
  const options = { exactOptionalPropertyTypes: false, incremental: false, declaration: false, isolatedDeclarations: false, noEmit: true };
  writeFileSync(join(folder, 'tsconfig.json'), JSON.stringify({ extends: '../../tsconfig.base.json', compilerOptions: options, include: ['.'] }));
  const { stdout } = spawnSync(process.execPath, [join(root, 'node_modules/typescript/bin/tsc'), '-p', '.', '--pretty', 'false'], { cwd: folder, encoding: 'utf8' });
  for (const [, file = '', error = ''] of stdout.matchAll(/^(\S+?)(\(\d+,\d+\): error (?:.|\n(?! *\S+\(\d+,\d+\): error))*)/gm)) {
    said.set(file, `${said.get(file) ?? ''}${file.replace(/^.*[/]/, '')}${error.trimEnd()}\n`);
  }
}, 120_000);

for (const { path, folder: name, samples } of pages) {
  describe(`${path}`, () => {
    test.each(samples.filter(isProgram).filter(({ kind }) => kind !== 'fails to compile'))('$name compiles', (sample) => {
      expect(said.get(`${name}/${sample.name}`) ?? '').toBe('');
    });
    test.each(samples.filter(({ kind }) => kind === 'fails to compile'))('$name does not compile, and says why', (sample) => {
      check(path, sample, said.get(`${name}/${sample.name}`) ?? '');
    });
    test.each(samples.filter(({ kind }) => kind === 'runs' || kind === 'commands'))('$name prints what the page says', (sample) => {
      if (sample.kind === 'commands') return check(path, sample, commandsIn(sample).map((command) => `$ ${command}\n${commanded(command, join(folder, name))}`).join(''));
      const run = spawnSync(process.execPath, ['--conditions=millrace-source', sample.name], { cwd: join(folder, name), encoding: 'utf8', timeout: 60_000 });
      expect(run.stderr).toBe('');
      check(path, sample, run.stdout);
    });
  });
}

/** What a command prints, as a shell shows it: errors too. */
function commanded(command: string, cwd: string): string {
  const [npx, name, ...args] = command.split(' ');
  if (npx !== 'npx' || name !== 'millrace') throw new Error(`'${command}': expected 'npx millrace …'`);
  const { stdout, stderr } = spawnSync(process.execPath, ['--conditions=millrace-source', '--disable-warning=ExperimentalWarning', millrace, ...args], { cwd, encoding: 'utf8', timeout: 60_000 });
  return (stdout + stderr).replaceAll(cwd, AS_TOLD);
}

const isProgram = ({ kind }: Sample): boolean => kind !== 'commands';

function check(path: string, sample: Sample, printed: string): void {
  if (process.env.UPDATE !== '1' || sample.printedAt < 0) return expect(printed).toBe(sample.printed);
  // Earlier blocks may have grown since the page was read.
  const text = readFileSync(join(root, path), 'utf8');
  const now = pageOf(text).samples.find(({ name }) => name === sample.name);
  if (now === undefined) throw new Error(`${path} has no ${sample.name} any more`);
  writeFileSync(join(root, path), text.slice(0, now.printedAt) + printed + text.slice(now.printedAt + now.printed.length));
}
