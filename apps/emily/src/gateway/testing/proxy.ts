import { type ChildProcess, spawn, spawnSync } from 'node:child_process';
import { once } from 'node:events';
import { createServer, connect, type AddressInfo } from 'node:net';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { onTestFinished } from 'vitest';

/** A proxy in front of a server, as people put it there: it keeps its connections to the server and uses them for everybody. */
export type Proxy = {
  readonly port: number;
  /** The requests that it has passed on, or tried to: `GET /path`. */
  told(): readonly string[];
};

export const proxies = ['nginx', 'haproxy'] as const;
type Name = (typeof proxies)[number];

/** Where it is installed; Debian has them where only root looks. */
const programOf = (name: Name): string => `/usr/sbin/${name}`;

export const isInstalled = (name: Name): boolean => spawnSync(programOf(name), ['-v']).status === 0;

export async function proxyBefore(name: Name, serverPort: number): Promise<Proxy> {
  const folder = mkdtempSync(join(tmpdir(), `emily-${name}-`));
  const port = await freePort();
  const log = join(folder, 'requests.log');
  writeFileSync(log, '');
  const config = join(folder, 'config');
  writeFileSync(config, name === 'nginx' ? nginxConfig({ folder, log, port, serverPort }) : haproxyConfig({ port, serverPort }));
  const args = name === 'nginx' ? ['-e', join(folder, 'error.log'), '-p', folder, '-c', config] : ['-db', '-f', config];
  const child = spawn(programOf(name), args, { stdio: ['ignore', 'pipe', 'ignore'] });
  let printed = '';
  child.stdout.on('data', (bytes: Buffer) => void (printed += bytes.toString()));
  onTestFinished(async () => {
    await ended(child);
    rmSync(folder, { recursive: true, force: true });
  });
  await listening(port);
  return { port, told: () => (name === 'nginx' ? readFileSync(log, 'utf8') : printed).split('\n').flatMap((line) => /^([A-Z]+ \S+)/.exec(line)?.[1] ?? []) };
}

type Places = { readonly port: number; readonly serverPort: number };

const nginxConfig = ({ folder, log, port, serverPort }: Places & { readonly folder: string; readonly log: string }): string => `
daemon off;
master_process off;
pid ${folder}/pid;
error_log ${folder}/error.log crit;
events {}
http {
  log_format told '$request_method $request_uri';
  access_log ${log} told;
  client_body_temp_path ${folder}/body;
  proxy_temp_path ${folder}/proxy;
  fastcgi_temp_path ${folder}/fastcgi;
  uwsgi_temp_path ${folder}/uwsgi;
  scgi_temp_path ${folder}/scgi;
  upstream emily { server 127.0.0.1:${serverPort}; keepalive 4; }
  server {
    listen 127.0.0.1:${port};
    location / {
      proxy_pass http://emily;
      proxy_http_version 1.1;
      proxy_set_header Connection "";
      proxy_set_header Host $host;
    }
  }
}
`;

/** Without the status it would tell of a request twice, when it comes and when it is answered. */
const haproxyConfig = ({ port, serverPort }: Places): string => `
global
  log stdout format raw local0
defaults
  mode http
  log global
  log-format "%HM %HU %ST"
  option http-keep-alive
  http-reuse always
  timeout connect 5s
  timeout client 5s
  timeout server 5s
listen emily
  bind 127.0.0.1:${port}
  server emily 127.0.0.1:${serverPort}
`;

async function freePort(): Promise<number> {
  const probe = createServer().listen(0, '127.0.0.1');
  await once(probe, 'listening');
  const { port } = probe.address() as AddressInfo;
  probe.close();
  await once(probe, 'close');
  return port;
}

async function listening(port: number): Promise<void> {
  for (;;) {
    const socket = connect(port, '127.0.0.1');
    const isThere = await Promise.race([once(socket, 'connect').then(() => true), once(socket, 'error').then(() => false, () => false)]).catch(() => false);
    socket.destroy();
    if (isThere) return;
    await sleep(50);
  }
}

async function ended(child: ChildProcess): Promise<void> {
  if (child.exitCode !== null || child.signalCode !== null) return;
  child.kill('SIGKILL');
  await once(child, 'exit');
}
