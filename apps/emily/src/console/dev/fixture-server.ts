import { readFile } from 'node:fs/promises';
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { extname, join, normalize } from 'node:path';
import { INVOICES_MAX, type HoldDecision } from '../api.ts';
import { fixtureFleet, fixtureGpuTime } from './fixture-fleet.ts';
import { fixturePopularity } from './fixture-popularity.ts';
import { splitUsage } from './fixture-usage.ts';
import { FixtureWorld, models, tenants, type Scenario } from './fixture-world.ts';

/*
 * The built page and the server's side of its contract (api.ts), over a FixtureWorld, for developing the
 * console and for its browser test. It sends the headers the real server sends, the CSP above all.
 */
export const CONTENT_SECURITY_POLICY =
  "default-src 'self'; style-src 'self'; script-src 'self'; img-src 'self' data: blob:; connect-src 'self'; frame-ancestors 'none'; base-uri 'none'; form-action 'self'";

export type FixtureOptions = {
  /** The folder of the built page. */
  readonly page: string;
  readonly scenario?: Scenario;
  readonly seed?: number;
  readonly port?: number;
  readonly tickEveryMs?: number;
  /** Each tick is so much later than the one before, whatever the clock says. */
  readonly stepMs?: number;
};

export type Fixture = {
  readonly address: string;
  /** The stream stays open and says nothing, as a dead connection does. */
  readonly hush: () => void;
  readonly speak: () => void;
  /** Sends one event that is not what the contract says. */
  readonly babble: () => void;
  /** From now on every call is answered 401. */
  readonly signOut: () => void;
  readonly signIn: () => void;
  readonly stop: () => Promise<void>;
};

export async function startFixture({ page, scenario = 'busy', seed = 1, port = 0, tickEveryMs = 1_000, stepMs }: FixtureOptions): Promise<Fixture> {
  let at = Date.now();
  const world = new FixtureWorld(scenario, seed, at);
  const streams = new Set<ServerResponse>();
  let speaking = true;
  let signedIn = true;
  let address = '';

  const send = (stream: ServerResponse): void => void stream.write(`event: now\ndata: ${JSON.stringify(world.now())}\n\n`);
  const timer = setInterval(() => {
    at = stepMs === undefined ? Date.now() : at + stepMs;
    world.tick(at);
    if (speaking) for (const stream of streams) send(stream);
  }, tickEveryMs);

  const server = createServer((request, response) => {
    response.setHeader('content-security-policy', CONTENT_SECURITY_POLICY);
    response.setHeader('x-content-type-options', 'nosniff');
    const url = new URL(request.url ?? '/', address);
    const number = (name: string): number => Number(url.searchParams.get(name));
    if (isApi(url.pathname) && !signedIn) return json(response, 401, { error: { message: 'no session' } });
    if (request.method === 'POST') return void (url.pathname === '/v1/tenants' ? createTenant(request, response) : decide(request, response, url.pathname));
    const word = (name: string): string => url.searchParams.get(name) ?? '';
    switch (url.pathname) {
      case '/console/hello': return json(response, 200, world.hello(address));
      case '/console/live': return openStream(request, response);
      case '/v1/usage': return json(response, 200, splitUsage(world.usage(number('from'), number('to')), { window: word('window'), group: word('group'), model: word('model') }));
      case '/v1/invoices': return json(response, 200, world.invoices(Math.min(INVOICES_MAX, number('limit'))));
      case '/v1/popularity': return json(response, 200, fixturePopularity(scenario === 'empty' ? [] : models, at, world.asOf()));
      case '/v1/fleet': return json(response, 200, fixtureFleet(world.now().health.replicas, models, at, world.asOf()));
      case '/v1/gpu-time': return json(response, 200, fixtureGpuTime(scenario === 'empty' ? [] : tenants, scenario === 'empty' ? [] : models, world.now().month, world.asOf()));
      case '/v1/tenants': return json(response, 200, world.accounts.tenants());
      case '/v1/keys': return json(response, 200, world.accounts.keys(url.searchParams.get('tenant')));
      case '/v1/budgets': return json(response, 200, world.accounts.budgets(url.searchParams.get('tenant')));
      case '/v1/audit': return json(response, 200, world.accounts.audit(number('from'), url.searchParams.get('tenant')));
      case '/v1/audit/chain': return json(response, 200, world.accounts.chain(url.searchParams.get('kept'), scenario === 'trouble'));
      case '/v1/requests': return json(response, 200, world.requests.list(url.searchParams, world.asOf()));
      default: return url.pathname.startsWith('/v1/') ? one(response, url.pathname) : void file(page, url.pathname, response);
    }
  });

  function one(response: ServerResponse, path: string): void {
    const id = /^\/v1\/requests\/(.+)$/.exec(path)?.[1];
    const story = id === undefined ? undefined : world.requests.story(decodeURIComponent(id), world.asOf());
    if (story === undefined) json(response, 404, { error: { message: `There is no request '${id}' in the usage log.` } });
    else json(response, 200, story);
  }

  async function createTenant(request: IncomingMessage, response: ServerResponse): Promise<void> {
    const wish = JSON.parse(Buffer.concat(await request.toArray() as Buffer[]).toString()) as { id: string; name: string };
    const problem = world.accounts.create(wish, Date.now());
    if (problem === undefined) json(response, 201, wish);
    else json(response, 409, { error: { message: problem } });
  }

  async function decide(request: IncomingMessage, response: ServerResponse, path: string): Promise<void> {
    const id = Number(/^\/v1\/holds\/(\d+)$/.exec(path)?.[1]);
    const decision = JSON.parse(Buffer.concat(await request.toArray() as Buffer[]).toString()) as HoldDecision;
    if (world.holds.decide(id, decision, Date.now())) json(response, 200, {});
    else json(response, 404, { error: { message: `There is no hold ${id}, or no more.` } });
  }

  function openStream(request: IncomingMessage, response: ServerResponse): void {
    response.writeHead(200, { 'content-type': 'text/event-stream', 'cache-control': 'no-store' });
    streams.add(response);
    request.on('close', () => streams.delete(response));
    if (speaking) send(response);
  }

  world.tick(at);
  await new Promise<void>((resolve) => server.listen(port, '127.0.0.1', resolve));
  address = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;

  return {
    address,
    hush: () => { speaking = false; },
    speak: () => { speaking = true; },
    babble: () => {
      for (const stream of streams) stream.write('event: now\ndata: {"at":\n\n');
    },
    signOut: () => {
      signedIn = false;
      for (const stream of streams) stream.end();
    },
    signIn: () => { signedIn = true; },
    stop: () => new Promise((resolve) => {
      clearInterval(timer);
      server.close(() => resolve());
      server.closeAllConnections();
    }),
  };
}

const isApi = (path: string): boolean => path.startsWith('/console/') || path.startsWith('/v1/');

function json(response: ServerResponse, status: number, body: unknown): void {
  response.writeHead(status, { 'content-type': 'application/json', 'cache-control': 'no-store' });
  response.end(JSON.stringify(body));
}

const types: Readonly<Record<string, string>> = {
  '.html': 'text/html; charset=utf-8',
  '.js': 'text/javascript; charset=utf-8',
  '.css': 'text/css; charset=utf-8',
  '.svg': 'image/svg+xml',
};

async function file(page: string, path: string, response: ServerResponse): Promise<void> {
  const name = normalize(path === '/' ? '/index.html' : path);
  try {
    const content = await readFile(join(page, name));
    response.writeHead(200, { 'content-type': types[extname(name)] ?? 'application/octet-stream' });
    response.end(content);
  } catch {
    json(response, 404, { error: { message: `${name} is not a file of the built page` } });
  }
}
