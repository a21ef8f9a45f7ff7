import type { FastifyInstance } from 'fastify';
import { answerRefusal } from './answer-refusal.ts';
import { systemClock } from './clock.ts';
import { KnownRoutes } from './known-routes.ts';
import { refuseOddRequest } from './odd-request.ts';
import { refuse } from './refusal.ts';

/**
 * What holds for every request to a server, whatever it asks for: it has an id, is one that everybody reads in
 * the same way, and asks for something that is there. To be called before any route is added.
 */
export function front(app: FastifyInstance): void {
  const routes = new KnownRoutes(app);
  const unknown = (method: string, url: string): Error => {
    const allow = routes.allowed(url);
    return allow === undefined || allow.split(', ').includes(method) ? refuse('unknown_url', { method, url }) : refuse('method_not_allowed', { method, url, allow });
  };
  // Node would answer these in its own words; see refuseOddRequest.
  app.server.on('checkExpectation', (request, response) => void app.server.emit('request', request, response));
  app.addHook('onRequest', async (request, reply) => {
    reply.header('x-request-id', request.id);
    refuseOddRequest(request.raw);
    // Before the body is read: nobody looks at it.
    if (request.is404) throw unknown(request.method, request.url);
  });
  app.setNotFoundHandler((request, reply) => void answerRefusal(unknown(request.method, request.url), request, reply, systemClock));
  app.setErrorHandler((error, request, reply) => void answerRefusal(error, request, reply, systemClock));
}
