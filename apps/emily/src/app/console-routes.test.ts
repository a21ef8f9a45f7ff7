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
