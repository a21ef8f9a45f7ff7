import type { FastifyReply, FastifyRequest } from 'fastify';
import type { Problem } from '../gateway/problem.ts';
import { refuse } from './refuse.ts';

const linkSpent: Problem = {
  status: 401,
  code: 'sign_in_link_spent',
  message: 'This link was used already, has expired, or was never issued. Ask an administrator for a new one, or start Emily again.',
  expected: 'a link that was not used yet',
  got: 'another one',
  cure: 'Ask an administrator for a new one, or start Emily again.',
};

/**
 * For a person in a browser. Nothing of the request is in it, and nothing inline, which the policy of the console
 * forbids. A browser that follows a link from another site keeps its session to itself; so the console is a link.
 */
const page = `<!doctype html>
<html lang="en">
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta name="color-scheme" content="light dark">
<title>Emily: this link signs nobody in</title>
<main>
<h1>This link signs nobody in</h1>
<p>A sign-in link works once, within a day. This one was used already, has expired, or was never issued.</p>
<ul>
<li>Signed in already, in this browser: <a href="/">open the console</a>.</li>
<li>Otherwise an administrator of your organisation makes you a new one; or start Emily again, which prints one in its terminal. Open that one here.</li>
</ul>
</main>
</html>
`;

/** Answers a link that opens nothing: a page to a browser, the error to everything else. */
export function refuseLink(request: FastifyRequest, reply: FastifyReply): FastifyReply {
  reply.header('vary', 'accept').header('cache-control', 'no-store');
  if (!/\btext\/html\b/.test(request.headers.accept ?? '')) return refuse(reply, linkSpent);
  return reply.code(linkSpent.status).type('text/html; charset=utf-8').send(page);
}
