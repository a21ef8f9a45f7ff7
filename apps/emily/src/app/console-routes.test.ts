import { expect, test } from 'vitest';
import { house } from './testing/house.ts';

test('the one-time link opens a session and leads to the page; a second use, or a guess, opens nothing', async () => {
  const { server, sessions } = await house();
  const token = await sessions.issueLink('operator');
  const first = await server.inject({ url: `/sign-in?token=${token}` });
  expect([first.statusCode, first.headers.location]).toEqual([303, '/']);
  expect(first.headers['set-cookie']).toMatch(/^emily=[\w-]{43}; Path=\/; HttpOnly; SameSite=Strict$/);
  for (const url of [`/sign-in?token=${token}`, '/sign-in?token=guessed', '/sign-in']) {
    const { statusCode, headers, body } = await server.inject({ url });
    expect([statusCode, headers['set-cookie'], JSON.parse(body).error.code]).toEqual([401, undefined, 'sign_in_link_spent']);
  }
});

test('the link once more, in a browser that is signed in, leads to the page', async () => {
  const { server, sessions, operator } = await house();
  const token = await sessions.issueLink('operator');
  await server.inject({ url: `/sign-in?token=${token}` });
  const again = await server.inject({ url: `/sign-in?token=${token}`, headers: { cookie: await operator(), accept: 'text/html' } });
  expect([again.statusCode, again.headers.location, again.headers['set-cookie']]).toEqual([303, '/', undefined]);
  const guessed = await server.inject({ url: `/sign-in?token=${token}`, headers: { cookie: 'emily=guessed' } });
  expect([guessed.statusCode, guessed.json().error.code]).toEqual([401, 'sign_in_link_spent']);
});

test('a browser that is not signed in reads in words what to do about a spent link; others get the error', async () => {
  const { server } = await house();
  const asked = async (accept: string) => (await server.inject({ url: '/sign-in?token=<b>spent', headers: { accept } }));
  const { statusCode, headers, body } = await asked('text/html,application/xhtml+xml,application/xml;q=0.9,*/*;q=0.8');
  expect([statusCode, headers['content-type'], headers['vary'], headers['set-cookie']]).toEqual([401, 'text/html; charset=utf-8', 'accept', undefined]);
  expect(headers['content-security-policy']).toContain("default-src 'self'");
  expect(body).toContain('start Emily again');
  expect(body).toContain('<a href="/">open the console</a>');
  expect(body).not.toMatch(/<script|<style|style=|<b>/);
  for (const accept of ['*/*', 'application/json']) expect((await asked(accept)).json().error.code).toBe('sign_in_link_spent');
});

test('two uses of the link at the same time open one session', async () => {
  const { server, sessions } = await house();
  const token = await sessions.issueLink('operator');
  const answers = await Promise.all([1, 2, 3].map(() => server.inject({ url: `/sign-in?token=${token}` })));
  expect(answers.map(({ statusCode }) => statusCode).sort()).toEqual([303, 401, 401]);
});

test('what the page is told is told to operators only', async () => {
  const { server, operator } = await house();
  expect((await server.inject({ url: '/console/hello' })).statusCode).toBe(401);
  expect((await server.inject({ url: '/console/hello', headers: { cookie: await operator() } })).json()).toEqual({ product: 'Emily' });
});

test('every answer of the console keeps other pages out: no frame, no script of elsewhere, no guessing of types', async () => {
  const { server } = await house();
  for (const url of ['/', '/sign-in', '/console/hello']) {
    const { headers } = await server.inject({ url });
    expect(headers['content-security-policy']).toContain("default-src 'self'");
    expect(headers['content-security-policy']).toContain("frame-ancestors 'none'");
    expect([headers['x-content-type-options'], headers['x-frame-options'], headers['referrer-policy']]).toEqual(['nosniff', 'DENY', 'no-referrer']);
  }
});

test('a page that is not built is named, with what builds it', async () => {
  const { server } = await house();
  const { statusCode, body } = await server.inject({ url: '/' });
  expect([statusCode, JSON.parse(body).error.message]).toEqual([503, 'The page of the console is not built. `npm start` builds it.']);
});

test('two tokens are refused, and use up neither', async () => {
  const { server, sessions } = await house();
  const token = await sessions.issueLink('operator');
  const { statusCode, body } = await server.inject({ url: `/sign-in?token=${token}&token=${token}` });
  expect([statusCode, JSON.parse(body).error.code]).toEqual([400, 'invalid_parameter']);
  expect((await server.inject({ url: `/sign-in?token=${token}` })).statusCode).toBe(303);
});

test('HEAD of the live stream ends with its headers', async () => {
  const { server, operator } = await house();
  const address = await server.listen({ port: 0, host: '127.0.0.1' });
  const response = await fetch(`${address}/console/live`, { method: 'HEAD', headers: { cookie: await operator() } });
  expect([response.status, response.headers.get('content-type'), await response.text()]).toEqual([200, 'text/event-stream', '']);
  expect((await fetch(`${address}/console/live`, { method: 'HEAD' })).status).toBe(401);
});
