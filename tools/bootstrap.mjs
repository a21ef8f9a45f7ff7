/*
 * Makes a fresh clone ready: `npm start`, `npm test` and `npm run bench` run this first, so that there
 * is no step between cloning and using. It does only what is not up to date, says what in one line,
 * and says nothing when there is nothing to do.
 *
 *   node tools/bootstrap.mjs start | test             packages, and the console's page
 *   node tools/bootstrap.mjs bench | check | build | properties | proofs    packages
 *
 * It runs on the Node of the machine, before ours (the package `node`, 24) is there. Hence plain
 * JavaScript, Node 20 and no dependency.
 */
import { spawnSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import { existsSync, readdirSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { delimiter, dirname, join, resolve } from 'node:path';
import { fileURLToPath } from 'node:url';

const root = resolve(dirname(fileURLToPath(import.meta.url)), '..');
const at = (...parts) => join(root, ...parts);

const wantsPage = new Map([
  ['start', true],
  ['test', true],
  ['bench', false],
  ['check', false],
  ['build', false],
  ['properties', false],
  ['proofs', false],
]);

/** The least Node the sources run on: they are TypeScript, run by type stripping. */
const nodeMin = [22, 22];

const lock = at('package-lock.json');
/** Holds the hash of the lock file that node_modules was installed from. */
const stamp = at('node_modules', '.installed-from');
/** What npm itself says that it has put into node_modules: it writes this last, whoever called it. */
const installed = at('node_modules', '.package-lock.json');

/** The page may use what lies in domain/, so both decide whether it is out of date. */
const pageSources = [at('apps', 'emily', 'src', 'console'), at('apps', 'emily', 'src', 'domain')];
const pageConfig = at('apps', 'emily', 'src', 'console', 'vite.config.ts');
const page = at('apps', 'emily', 'dist', 'console', 'index.html');

const purpose = process.argv[2] ?? '';
if (!wantsPage.has(purpose)) fail(`expected one of ${[...wantsPage.keys()].join(', ')}, got "${purpose}"`);

if (!isInstalled()) install();
if (wantsPage.get(purpose) && !isPageBuilt()) buildPage();

function isInstalled() {
  if (!existsSync(lock)) return false;
  if (existsSync(stamp) && readFileSync(stamp, 'utf8') === hashOf(lock)) return true;
  if (!isInstalledByHand()) return false;
  requireNode();
  writeStamp();
  return true;
}

/** Whether somebody's `npm install` or `npm ci` has brought all that the lock file names, and nothing else. */
function isInstalledByHand() {
  const [wanted, there] = [packagesOf(lock), packagesOf(installed)];
  if (wanted === undefined || there === undefined) return false;
  const isThere = ([path, one]) => (there[path] === undefined ? one.optional || one.devOptional : sourceOf(there[path]) === sourceOf(one));
  // What has the path '' is this repository itself.
  return Object.entries(wanted).every((entry) => entry[0] === '' || isThere(entry)) && Object.keys(there).every((path) => wanted[path] !== undefined);
}

function packagesOf(file) {
  try {
    return JSON.parse(readFileSync(file, 'utf8')).packages;
  } catch {
    return undefined; // Missing, or no lock file: then npm is to make it anew.
  }
}

function sourceOf({ version, resolved, integrity }) {
  return JSON.stringify([version, resolved, integrity]);
}

/** A new file: the old one may be shared with a copy of this clone that was made of hard links. */
function writeStamp() {
  rmSync(stamp, { force: true });
  writeFileSync(stamp, hashOf(lock));
}

function install() {
  // Without a lock file there is nothing to reproduce; npm writes one.
  const command = existsSync(lock) ? 'ci' : 'install';
  say(`installing packages with npm ${command}: about half a minute, up to two on a slow line …`);
  run('npm', [command, '--include=dev', '--no-audit', '--no-fund', '--loglevel=error'], {
    env: { ...process.env, PATH: pathOfTheMachine() },
    cure: 'Read what npm says above; a registry that cannot be reached is the usual cause. Then run the same command again.',
  });
  requireNode();
  writeStamp();
}

/** npm replaces node_modules, so it must not run on the Node that lies there. */
function pathOfTheMachine() {
  const folders = (process.env.PATH ?? '').split(delimiter);
  return folders.filter((folder) => !/[\\/]node_modules[\\/][.]bin[\\/]?$/.test(folder)).join(delimiter);
}

/** The package `node` fetches its program in an install script, and npm may have been told to run none. */
function requireNode() {
  const { stdout } = spawnSync(at('node_modules', '.bin', 'node'), ['--version'], { encoding: 'utf8' });
  const [major, minor] = (stdout ?? '').trim().slice(1).split('.').map(Number);
  if (major > nodeMin[0] || (major === nodeMin[0] && minor >= nodeMin[1])) return;
  fail(
    `expected node_modules/.bin/node to be Node ${nodeMin.join('.')} or later, got ${stdout?.trim() || 'nothing that runs'}. ` +
      'npm did not run the install script of the package "node": unset ignore-scripts (npm config get ignore-scripts) ' +
      'and keep "allowScripts" in package.json, then run the same command again.',
  );
}

function isPageBuilt() {
  if (!existsSync(page)) return false;
  const sources = pageSources.filter(existsSync).flatMap((folder) => readdirSync(folder, { recursive: true }).map((name) => join(folder, name)));
  const newestMs = Math.max(modifiedMs(lock), ...sources.map(modifiedMs));
  return modifiedMs(page) >= newestMs;
}

function buildPage() {
  if (!existsSync(pageConfig)) fail(`cannot build the console's page: ${pageConfig} is missing. Restore it from git.`);
  say("building the console's page: a few seconds …");
  run(at('node_modules', '.bin', 'vite'), ['build', '--logLevel', 'warn'], {
    cwd: dirname(pageConfig),
    env: { ...process.env, PATH: [at('node_modules', '.bin'), process.env.PATH].join(delimiter) },
    cure: "The page's sources are in apps/emily/src/console.",
  });
  if (!existsSync(page)) fail(`the build of the console's page made no ${page}: build.outDir in ${pageConfig} must be apps/emily/dist/console.`);
}

/** Runs a command and keeps what it prints; only a failure shows it. */
function run(command, args, { cwd = root, env, cure }) {
  const { status, signal, error, stdout, stderr } = spawnSync(command, args, { cwd, env, encoding: 'utf8', shell: process.platform === 'win32' });
  if (status === 0) return;
  process.stderr.write(`${stdout ?? ''}${stderr ?? ''}`);
  fail(`${[command, ...args].join(' ')} ended with ${error?.message ?? signal ?? `code ${status}`}. ${cure}`);
}

function hashOf(file) {
  return createHash('sha256').update(readFileSync(file)).digest('hex');
}

function modifiedMs(file) {
  return statSync(file, { throwIfNoEntry: false })?.mtimeMs ?? 0;
}

function say(line) {
  process.stderr.write(`bootstrap: ${line}\n`);
}

function fail(message) {
  say(message);
  process.exit(1);
}
