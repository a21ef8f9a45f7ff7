import type { FastifyPluginAsync, FastifyReply } from 'fastify';
import { endedCookie, sessionCookie } from '../account/session-cookie.ts';
import type { Sessions } from '../account/session.ts';
import { TooManyTries } from '../account/password-gate.ts';
import type { UserDesk } from '../account/user-desk.ts';
import type { Problem } from '../gateway/problem.ts';
import type { Access } from './access.ts';
import { answered } from './account-answers.ts';
import { noSession, refuse } from './refuse.ts';
import { newPasswordOf, PASSWORD_MEMBERS, SIGN_IN_MEMBERS, signInOf } from './user-wishes.ts';
import { badBody, wished } from './wished.ts';

export type PasswordOptions = { readonly desk: UserDesk; readonly sessions: Sessions; readonly access: Access };

const BODY_BYTES_MAX = 4_096;

/**
 * For the console's own pages: `POST /console/sign-in` `{ tenant, name, password }`, `POST /console/sign-out`, and
 * `POST /console/password` `{ password, current }`, by which users set their own. `current` is asked of whoever
 * signed in with a password; a link is what one gets who has none, or has forgotten it.
 */
export const passwordRoutes = ({ desk, sessions, access }: PasswordOptions): FastifyPluginAsync => async (app) => {
  app.removeAllContentTypeParsers();
  app.addContentTypeParser('application/json', { parseAs: 'buffer' }, (_request, body, done) => done(null, body));
  const limit = { bodyLimit: BODY_BYTES_MAX };

  app.post('/console/sign-in', limit, async (request, reply) => {
    // Or another site could sign a browser in as somebody else, who then sees what is done there.
    if (!access.isFromOurPages(request)) return refuse(reply, notOurPage);
    const wish = wished(request.body, SIGN_IN_MEMBERS, signInOf);
    if (typeof wish === 'string') return refuse(reply, badBody(wish, SIGN_IN_MEMBERS));
    return tried(reply, async () => {
      const user = await desk.withPassword(wish.tenant, wish.name, wish.password);
      if (user === undefined) return refuse(reply, notThem);
      return reply.header('set-cookie', sessionCookie(await sessions.open(user), access.cookie)).header('cache-control', 'no-store').send({ role: user.role, tenant: user.tenant ?? null });
    });
  });

  app.post('/console/sign-out', limit, async (request, reply) => {
    const token = access.token(request);
    if (access.session(request) === undefined || token === undefined) return refuse(reply, noSession);
    await sessions.signOut(token);
    return reply.header('set-cookie', endedCookie(access.cookie)).send({ signedOut: true });
  });

  app.post('/console/password', limit, async (request, reply) => {
    const [session, token] = [access.session(request), access.token(request)];
    if (session === undefined || token === undefined) return refuse(reply, noSession);
    const { user, isByLink } = session;
    if (user === undefined) return refuse(reply, noUser);
    const wish = wished(request.body, PASSWORD_MEMBERS, newPasswordOf);
    if (typeof wish === 'string') return refuse(reply, badBody(wish, PASSWORD_MEMBERS));
    return tried(reply, async () => {
      if (!isByLink && !(await desk.isPasswordOf(user, wish.current ?? ''))) return refuse(reply, notThem);
      await desk.setPassword(user, wish.password, token);
      return reply.send({ hasPassword: true });
    });
  });
};

/** As `answered`, and 429 where it was tried too often. */
async function tried(reply: FastifyReply, work: () => Promise<FastifyReply>): Promise<FastifyReply> {
  try {
    return await answered(reply, work);
  } catch (error) {
    if (!(error instanceof TooManyTries)) throw error;
    reply.header('retry-after-ms', String(error.retryAfterMs)).header('retry-after', String(Math.ceil(error.retryAfterMs / 1_000)));
    return refuse(reply, { status: 429, code: 'too_many_tries', message: 'There were too many tries of this name, or there are too many at once.', expected: 'a few tries in a minute', got: 'more', cure: 'Wait, and try again.' });
  }
}

const notOurPage: Problem = {
  status: 403,
  code: 'not_our_page',
  message: 'Passwords are taken from the pages of the console alone.',
  expected: '`sec-fetch-site: same-origin`, or the origin of the console',
  got: 'another, or none',
  cure: 'Sign in on the page of the console.',
};

const notThem: Problem = {
  status: 401,
  code: 'sign_in_refused',
  message: 'There is nobody of that name with that password there.',
  expected: 'the name and password of a user, and the organisation they are of',
  got: 'something else',
  cure: 'Correct it, or ask an administrator of your organisation for a sign-in link.',
};

const noUser: Problem = {
  status: 409,
  code: 'no_user',
  message: 'This session is of nobody in particular, who can have no password.',
  expected: 'the session of a user',
  got: 'one that a link opened which was for a role alone',
  cure: 'Make a user with `POST /v1/users`, and sign in with the link that comes with it.',
};
