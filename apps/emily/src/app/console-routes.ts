import { readFile } from 'node:fs/promises';
import fastifyStatic from '@fastify/static';
import type { FastifyPluginAsync } from 'fastify';
import { sessionCookie } from '../account/session-cookie.ts';
import type { Session, Sessions } from '../account/session.ts';
import type { Problem } from '../gateway/problem.ts';
import type { Access } from './access.ts';
import { refuseLink } from './link-spent.ts';
import { questionOf } from './question.ts';
import { noSession, refuse } from './refuse.ts';

export type ConsoleOptions = {
  readonly sessions: Sessions;
  readonly access: Access;
  /** The folder with the built page. */
  readonly page: string;
  /** What the page is told first, of whoever is signed in. */
  readonly hello: (who: Session) => object;
  readonly now: () => Promise<object>;
};

const TICK_MS = 1_000;
const streamHeaders = { 'content-type': 'text/event-stream', 'cache-control': 'no-store', 'x-accel-buffering': 'no' };

/** Nothing inline, nothing from elsewhere, in nobody's frame. */
const policy =
  "default-src 'self'; img-src 'self' data: blob:; connect-src 'self'; frame-ancestors 'none'; base-uri 'none'; form-action 'self'; object-src 'none'";

const pageNotBuilt: Problem = {
  status: 503,
  code: 'page_not_built',
  message: 'The page of the console is not built. `npm start` builds it.',
  expected: 'a built page',
  got: 'none',
  cure: 'Start Emily with `npm start`.',
};

/** The console: sign-in by a one-time link, the page, and its live stream. */
export const consoleRoutes = ({ sessions, access, page, hello, now }: ConsoleOptions): FastifyPluginAsync => async (app) => {
  /** Ends each live stream that is open. */
  const ending = new Set<() => void>();
  app.addHook('onSend', async (_request, reply) => {
    reply.header('content-security-policy', policy);
    reply.header('x-content-type-options', 'nosniff');
    reply.header('referrer-policy', 'no-referrer');
    reply.header('x-frame-options', 'DENY');
  });
  await app.register(fastifyStatic, { root: page, index: false, cacheControl: false });

  app.get('/', async (_request, reply) => {
    const html = await readFile(`${page}/index.html`, 'utf8').catch(() => undefined);
    if (html === undefined) return refuse(reply, pageNotBuilt);
    return reply.type('text/html; charset=utf-8').header('cache-control', 'no-store').send(html);
  });

  app.get('/sign-in', async (request, reply) => {
    const question = questionOf(request.query, ['token'], reply);
    if (question === undefined) return reply;
    const token = await sessions.signIn(question['token'] ?? '');
    if (token === undefined) return access.session(request) !== undefined ? reply.redirect('/', 303) : refuseLink(request, reply);
    return reply.header('set-cookie', sessionCookie(token, access.cookie)).redirect('/', 303);
  });

  app.get('/console/hello', async (request, reply) => {
    const session = access.session(request);
    return session === undefined ? refuse(reply, noSession) : hello(session);
  });

  // Not by itself, because it would wait for the end of the stream.
  app.head('/console/live', async (request, reply) => (access.watches(request) ? reply.headers(streamHeaders).send() : refuse(reply, noSession)));

  app.get('/console/live', { exposeHeadRoute: false }, async (request, reply) => {
    if (!access.watches(request)) return refuse(reply, noSession);
    reply.hijack();
    const { raw } = reply;
    raw.writeHead(200, streamHeaders);
    let writing = false;
    const tell = async (): Promise<void> => {
      // A reader that does not keep up misses states, not the newest one; each is complete in itself.
      if (writing || raw.writableNeedDrain) return;
      writing = true;
      try {
        const state = JSON.stringify(await now());
        if (!raw.writableEnded) raw.write(`event: now\ndata: ${state}\n\n`);
      } catch {
        raw.end(); // The program has stopped; the page says that it is stale.
      } finally {
        writing = false;
      }
    };
    const timer = setInterval(() => void tell(), TICK_MS);
    const end = (): void => {
      clearInterval(timer);
      ending.delete(end);
      raw.end();
    };
    ending.add(end);
    raw.on('close', end);
    await tell();
    return reply;
  });

  app.addHook('preClose', async () => {
    for (const end of ending) end();
  });
};
