import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { writeFile } from 'node:fs/promises';
import { createServer, type AddressInfo } from 'node:net';
import { join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';
import type { Launch } from '../start-node.ts';

/** A process that answers chats. */
export type Server = {
  readonly pid: number;
  readonly origin: string;
  /** The key that calls go with. */
  readonly key: string;
  /** A key that may ask for what was metered; '' where nothing is. */
  readonly readKey: string;
  stop(): Promise<void>;
};

const START_MS_MAX = 120_000;
const STOP_MS_MAX = 30_000;
const KEY = 'sk-bench';

const source = (path: string): string => fileURLToPath(new URL(path, import.meta.url));
const node = [process.execPath, '--conditions=millrace-source', '--disable-warning=ExperimentalWarning'];

export async function startReplica(launch: Launch): Promise<Server> {
  const child = start([...node, source('replica.ts')], launch);
  return serverOf(child, await portOf(child));
}

export async function startPassThrough(replica: Server, launch: Launch): Promise<Server> {
  const child = start([...node, source('pass-through.ts'), new URL(replica.origin).port], launch);
  return serverOf(child, await portOf(child));
}

/** Emily as its users run it, with the replica in its configuration, and its data in the folder. */
export async function startEmily(replica: Server, folder: string, launch: Launch): Promise<Server> {
  const config = join(folder, 'emily.config.json');
  await writeFile(config, JSON.stringify({ models: [{ id: 'bench', driver: 'external', addresses: [replica.origin], callsAtOnce: 1_000 }] }));
  const child = start([...node, source('../../../apps/emily/src/main.ts'), '--port', '0', '--data', join(folder, 'data'), '--config', config], launch);
  const said = await saying(child, /Emily is at (\S+)[^]*A demo key: (\S+)[^]*An operator's key[^:]*: (\S+)/);
  const [, origin = '', key = '', readKey = ''] = said;
  const server = { ...serverOf(child, 0), origin, key, readKey };
  await until(() => answers(server), 'Emily to reach its replica');
  return server;
}

/** LiteLLM's proxy from the virtual environment in a folder, with one worker and no database. */
export async function startLiteLlm(environment: string, replica: Server, folder: string, launch: Launch): Promise<Server> {
  const config = join(folder, 'litellm.yaml');
  // JSON is YAML.
  await writeFile(config, JSON.stringify({
    model_list: [{ model_name: 'bench', litellm_params: { model: 'openai/bench', api_base: `${replica.origin}/v1`, api_key: 'none' } }],
    general_settings: { master_key: KEY },
    litellm_settings: { telemetry: false },
  }));
  const port = await freePort();
  const child = start([join(environment, 'bin', 'litellm'), '--config', config, '--host', '127.0.0.1', '--port', `${port}`, '--num_workers', '1'], launch, { LITELLM_LOG: 'ERROR', LITELLM_LOCAL_MODEL_COST_MAP: 'True' });
  const server = serverOf(child, port);
  await until(() => answers(server), 'LiteLLM to answer');
  return server;
}

export const chat = (members: object = {}): string => JSON.stringify({ model: 'bench', messages: [{ role: 'user', content: 'How much is it?' }], max_tokens: 20, ...members });

function start(command: readonly string[], { core, signal }: Launch, env: NodeJS.ProcessEnv = {}): ChildProcess {
  const [program = '', ...args] = core === undefined ? command : ['taskset', '-c', `${core}`, ...command];
  const child = spawn(program, args, { stdio: ['pipe', 'pipe', 'pipe'], signal, env: { ...process.env, ...env } });
  child.on('error', () => {}); // told by its end
  child.stdin!.on('error', () => {});
  return child;
}

function serverOf(child: ChildProcess, port: number): Server {
  const stop = async (): Promise<void> => {
    child.stdin!.end();
    if (child.exitCode !== null || child.signalCode !== null) return;
    child.kill('SIGTERM');
    const hard = setTimeout(() => child.kill('SIGKILL'), STOP_MS_MAX);
    await once(child, 'exit').finally(() => clearTimeout(hard));
  };
  child.stdout!.resume();
  // What is wrong with a server is said here, beside what its callers see of that.
  child.stderr!.on('data', (part: Buffer) => void process.stderr.write(part));
  return { pid: child.pid!, origin: `http://127.0.0.1:${port}`, key: KEY, readKey: '', stop };
}

async function portOf(child: ChildProcess): Promise<number> {
  const [, port] = await saying(child, /^(\d+)\n/);
  return Number(port);
}

function saying(child: ChildProcess, pattern: RegExp): Promise<RegExpExecArray> {
  return new Promise((resolve, reject) => {
    let text = '';
    const fail = (what: string): void => reject(new Error(`${child.spawnargs.join(' ')} ${what}: ${text.slice(-1_000)}`));
    const late = setTimeout(() => fail('did not say that it listens'), START_MS_MAX);
    const look = (part: Buffer): void => {
      text += String(part);
      const found = pattern.exec(text);
      if (found === null) return;
      clearTimeout(late);
      resolve(found);
    };
    child.stdout!.on('data', look);
    child.stderr!.on('data', look);
    child.once('exit', () => fail('has ended'));
  });
}

async function answers({ origin, key }: Server): Promise<boolean> {
  const answer = await fetch(`${origin}/v1/chat/completions`, { method: 'POST', headers: { authorization: `Bearer ${key}`, 'content-type': 'application/json' }, body: chat() }).catch(() => undefined);
  await answer?.arrayBuffer();
  return answer?.status === 200;
}

async function until(isSo: () => Promise<boolean>, what: string): Promise<void> {
  const endMs = performance.now() + START_MS_MAX;
  while (!(await isSo())) {
    if (performance.now() > endMs) throw new Error(`waited ${START_MS_MAX} ms for ${what}`);
    await delay(200);
  }
}

async function freePort(): Promise<number> {
  const server = createServer().listen(0, '127.0.0.1');
  await once(server, 'listening');
  const { port } = server.address() as AddressInfo;
  server.close();
  await once(server, 'close');
  return port;
}
