import { spawn, spawnSync } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, readFileSync, realpathSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { fileURLToPath } from 'node:url';
import { expect, onTestFinished, test, vi } from 'vitest';
import { modelId } from '../domain/names.ts';
import { Fleet } from './fleet.ts';
import { processDriver, type ProcessReplicas } from './process-driver.ts';
import type { FleetEvent } from './slot.ts';

const program = fileURLToPath(new URL('./testing/odd-replica.ts', import.meta.url));
const model = modelId('acme/tiny');
const waiting = { timeout: 20_000 };

type Self = { readonly pid: number; readonly child?: number; readonly folder: string; readonly environment: Readonly<Record<string, string>>; readonly healthAsked: number };

function replicas(args: readonly string[] = [], more: Partial<ProcessReplicas> = {}): ProcessReplicas {
  const folder = realpathSync(mkdtempSync(join(tmpdir(), 'emily-fleet-')));
  onTestFinished(() => rmSync(folder, { recursive: true, force: true }));
  return { command: [process.execPath, program, '--port', '{port}', ...args], environment: {}, folder, logFolder: join(folder, 'logs'), startMsMax: 20_000, ...more };
}

function fleetOf(of: ProcessReplicas, replicasPerModel = 1) {
  const events: FleetEvent[] = [];
  const fleet = new Fleet({ driver: processDriver(of), models: [model], replicasPerModel, report: (event) => void events.push(event) });
  onTestFinished(() => fleet.stop());
  return { fleet, events };
}

const selfOf = async (origin: string): Promise<Self> => (await (await fetch(`${origin}/self`)).json()) as Self;

/** Whether a process is there; one that waits to be reaped is not. */
function runs(pid: number): boolean {
  const { stdout } = spawnSync('ps', ['-o', 'stat=', '-p', String(pid)], { encoding: 'utf8' });
  return stdout.trim() !== '' && !stdout.startsWith('Z');
}

test('a command is started with a free port and its place, in its folder, with the environment it is given and no other', async () => {
  const of = replicas([], { environment: { GPU: 'number {slot}', TOKEN: 's3cret' } });
  const { fleet } = fleetOf(of, 2);
  await fleet.ready();
  const selves = await Promise.all(fleet.replicas().map(({ origin }) => selfOf(origin)));
  expect(selves.map(({ environment }) => environment['GPU'])).toEqual(['number 0', 'number 1']);
  for (const { folder, environment } of selves) expect([folder, Object.keys(environment).sort()]).toEqual([of.folder, ['GPU', 'TOKEN']]);
  expect(new Set(fleet.replicas().map(({ origin }) => origin)).size).toBe(2);
});

test('it is ready when its health check says so, and not before', async () => {
  const { fleet, events } = fleetOf(replicas(['--ready-after-ms', '1500'], { healthPath: '/health' }));
  const begun = performance.now();
  expect([fleet.replicas(), fleet.states()]).toEqual([[], [{ id: 'acme/tiny/0.0', model, state: 'starting', outstanding: 0 }]]);
  await fleet.ready();
  expect(fleet.states()).toMatchObject([{ state: 'ready' }]);
  expect(performance.now() - begun).toBeGreaterThan(1_500);
  expect(events.map(({ state }) => state)).toEqual(['ready']);
});

test('one that fails says so with the last of its log, which is kept, and is started again', async () => {
  const of = replicas(['--fail']);
  const { fleet, events } = fleetOf(of);
  await vi.waitFor(() => expect(fleet.states()).toMatchObject([{ state: 'down' }]), waiting);
  await vi.waitFor(() => expect(events.length).toBeGreaterThanOrEqual(2), waiting);
  const file = join(of.logFolder, 'acme%2Ftiny-0.log');
  expect(events.map(({ replica, state }) => [replica, state]).slice(0, 2)).toEqual([['acme/tiny/0.0', 'gone'], ['acme/tiny/0.1', 'gone']]);
  expect(events[0]!.reason).toContain(`ended with code 3; the last of its log, ${file}:\n`);
  expect(events[0]!.reason).toMatch(/loading on port \d+\n/);
  expect(events[0]!.reason).toContain('out of memory: no GPU is free');
  expect(readFileSync(file, 'utf8').match(/out of memory/g)!.length).toBeGreaterThanOrEqual(2);
});

test('a command that is none is told by name', async () => {
  const { events } = fleetOf(replicas([], { command: ['no-such-engine', '{port}'] }));
  await vi.waitFor(() => expect(events[0]?.reason).toContain('cannot start no-such-engine in '), waiting);
  expect(events[0]!.reason).toContain('ENOENT');
});

test('one that is not ready in time is ended, and told', async () => {
  const { events } = fleetOf(replicas(['--ready-after-ms', '600000'], { startMsMax: 1_000 }));
  await vi.waitFor(() => expect(events[0]?.reason).toContain('did not answer /health within 1000 ms; the last of its log'), waiting);
});

test('a stop does not wait for one that is still loading', async () => {
  const of = replicas(['--ready-after-ms', '600000'], { startMsMax: 600_000 });
  const { fleet, events } = fleetOf(of);
  await vi.waitFor(() => expect(readFileSync(join(of.logFolder, 'acme%2Ftiny-0.log'), 'utf8')).toContain('loading'), waiting);
  await fleet.stop();
  expect(events).toMatchObject([{ state: 'gone', reason: 'was stopped before it was ready' }]);
});

test('it is drained before it is stopped: it gets nothing more, and ends when its last call has', async () => {
  const { fleet, events } = fleetOf(replicas());
  await fleet.ready();
  const replica = fleet.pick(model)!;
  replica.begin();
  const stopped = fleet.stop();
  expect(fleet.pick(model)).toBeUndefined();
  expect(fleet.states()).toEqual([{ id: 'acme/tiny/0.0', model, state: 'draining', outstanding: 1 }]);
  // It lives on: two more checks of its health are a second at least.
  const { healthAsked } = await selfOf(replica.origin);
  await vi.waitFor(async () => expect((await selfOf(replica.origin)).healthAsked).toBeGreaterThan(healthAsked + 1), waiting);
  expect(events.at(-1)?.state).toBe('ready');
  replica.end();
  await stopped;
  expect(events.at(-1)).toMatchObject({ state: 'gone', reason: 'was ended by SIGTERM' });
});

test('what it has started ends with it, when it is stopped and when it dies', async () => {
  const { fleet } = fleetOf(replicas(['--child']));
  await fleet.ready();
  const first = await selfOf(fleet.replicas()[0]!.origin);
  expect(runs(first.child!)).toBe(true);
  process.kill(first.pid, 'SIGKILL');
  await vi.waitFor(() => expect(runs(first.child!)).toBe(false), waiting);
  await vi.waitFor(() => expect(fleet.pick(model)?.id).toBe('acme/tiny/0.1'), waiting);
  const second = await selfOf(fleet.replicas()[0]!.origin);
  await fleet.stop();
  expect([second.pid, second.child!].map(runs)).toEqual([false, false]);
});

test('one that does not end when asked to is killed', async () => {
  const { fleet, events } = fleetOf(replicas(['--deaf']));
  await fleet.ready();
  await fleet.stop();
  expect(events.at(-1)).toMatchObject({ state: 'gone', reason: 'was ended by SIGKILL' });
});

/** The parent of the command: its keeper. */
const keeperOf = (pid: number): number => Number(spawnSync('ps', ['-o', 'ppid=', '-p', String(pid)], { encoding: 'utf8' }).stdout);

test('when its keeper is killed, it goes too, and is replaced', async () => {
  const { fleet, events } = fleetOf(replicas(['--child']));
  await fleet.ready();
  const { pid, child } = await selfOf(fleet.replicas()[0]!.origin);
  process.kill(keeperOf(pid), 'SIGKILL');
  await vi.waitFor(() => expect([pid, child!].map(runs)).toEqual([false, false]), waiting);
  await vi.waitFor(() => expect(fleet.pick(model)?.id).toBe('acme/tiny/0.1'), waiting);
  expect(events.find(({ state }) => state === 'gone')?.reason).toContain('lost its keeper, which ended with SIGKILL');
});

test('a signal to all of its parents does not end it: that is for Emily to do, when its calls have ended', async () => {
  const { fleet } = fleetOf(replicas());
  await fleet.ready();
  const { pid } = await selfOf(fleet.replicas()[0]!.origin);
  for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const) process.kill(keeperOf(pid), signal);
  // It has to answer one more check.
  fleet.pick(model)!.suspect();
  await vi.waitFor(() => expect(fleet.pick(model)?.id).toBe('acme/tiny/0.0'), waiting);
  expect(runs(keeperOf(pid))).toBe(true);
});

test.each([
  ['SIGKILL', 'the process that started it'],
  ['SIGTERM', 'the process that started it'],
  ['SIGINT', 'the process that started it'],
  ['SIGKILL', 'all of its process group'],
] as const)('%s of %s leaves nothing behind', async (signal, whom) => {
  const parentProgram = `
    import { processDriver } from ${JSON.stringify(new URL('./process-driver.ts', import.meta.url).href)};
    const { origin } = await processDriver(${JSON.stringify(replicas(['--child']))}).start('tiny', 0);
    console.log(origin);
  `;
  const parent = spawn(process.execPath, ['--input-type=module-typescript', '--eval', parentProgram], { stdio: ['ignore', 'pipe', 'inherit'], detached: true });
  onTestFinished(() => void parent.kill('SIGKILL'));
  const [origin] = (await once(createInterface({ input: parent.stdout }), 'line')) as [string];
  const { pid, child } = await selfOf(origin);
  const keeper = keeperOf(pid);
  process.kill(whom === 'all of its process group' ? -parent.pid! : parent.pid!, signal);
  await vi.waitFor(() => expect([pid, child!, keeper].map(runs)).toEqual([false, false, false]), waiting);
});
