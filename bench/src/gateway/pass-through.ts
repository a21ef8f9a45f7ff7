import type { AddressInfo } from 'node:net';
import fastify from 'fastify';
import { Pool } from 'undici';

/*
 * What the libraries cost by themselves: Fastify takes a call and undici passes it on, and nothing is looked at.
 * Its argument is the port of the replica. Prints its own port, and ends with its standard input.
 */

const pool = new Pool(`http://127.0.0.1:${process.argv[2]}`);
const server = fastify();
server.removeAllContentTypeParsers();
server.addContentTypeParser('application/json', { parseAs: 'buffer' }, (_request, body, done) => done(null, body));
server.post('/v1/chat/completions', async (request, reply) => {
  const answer = await pool.request({ method: 'POST', path: request.url, headers: { 'content-type': 'application/json' }, body: request.body as Buffer });
  return reply.code(answer.statusCode).headers({ 'content-type': answer.headers['content-type'] }).send(answer.body);
});
await server.listen({ port: 0, host: '127.0.0.1' });
console.log((server.server.address() as AddressInfo).port);
process.stdin.resume().on('end', () => process.exit(0));
