import { expect, test } from 'vitest';
import { called } from '../domain/testing/facts.ts';
import { logs } from './program.ts';
import { type House, house } from './testing/house.ts';

/** The lines of one metric, labels and value. */
async function lines({ server, bearer }: House, name: string, authorization?: string): Promise<readonly string[]> {
  const { body } = await server.inject({ url: '/metrics', headers: { authorization: authorization ?? (await bearer('mle', 'admin')) } });
  return body.split('\n').filter((line) => line.startsWith(`${name} `) || line.startsWith(`${name}{`));
}

test('what is answered is counted by route and status; an address that nobody has makes no label of its own', async () => {
  const built = await house();
  const authorization = await built.bearer('ada', 'read');
  await built.server.inject({ url: '/v1/usage', headers: { authorization } });
  await built.server.inject({ url: '/v1/usage', headers: { authorization } });
  await built.server.inject({ url: '/v1/usage' });
  await built.server.inject({ url: '/v1/nowhere/at/all?x=1' });
  expect(await lines(built, 'emily_http_requests_total')).toEqual(
    expect.arrayContaining([
      'emily_http_requests_total{method="GET",route="/v1/usage",status="200"} 2',
      'emily_http_requests_total{method="GET",route="/v1/usage",status="401"} 1',
      'emily_http_requests_total{method="GET",route="none",status="404"} 1',
    ]),
  );
  expect(await lines(built, 'emily_http_request_seconds_count')).toContain('emily_http_request_seconds_count{method="GET",route="/v1/usage"} 3');
  // This question itself.
  expect(await lines(built, 'emily_http_requests_open')).toEqual(['emily_http_requests_open 1']);
});

test('where the program stands: what was read, how far behind it is, its commits, and what waits for a person', async () => {
  const built = await house();
  const { program, gateway } = built;
  await program.append(logs.usage, [...gateway.facts(...called('r-1'))]);
  await program.caughtUp(logs.usage);
  await program.committed();
  expect(await lines(built, 'emily_source_records')).toContain(`emily_source_records{source="usage"} ${program.status().sources[logs.usage]?.[0]?.records}`);
  expect(await lines(built, 'emily_holds')).toEqual(['emily_holds 0']);
  expect(await lines(built, 'emily_store_full')).toEqual(['emily_store_full 0']);
  const [commits] = await lines(built, 'emily_commit_seconds_count');
  expect(Number(commits?.split(' ')[1])).toBeGreaterThan(0);
});

test('it is for the operator, and what the process takes is there', async () => {
  const built = await house();
  const [mine, others] = [await built.bearer('mle', 'admin'), await built.bearer('ada', 'admin')];
  expect((await built.server.inject({ url: '/metrics' })).statusCode).toBe(401);
  expect((await built.server.inject({ url: '/metrics', headers: { authorization: others } })).statusCode).toBe(403);
  const response = await built.server.inject({ url: '/metrics', headers: { authorization: mine } });
  expect(response.headers['content-type']).toContain('text/plain; version=0.0.4');
  for (const name of ['process_resident_memory_bytes', 'process_cpu_seconds_total', 'nodejs_heap_size_used_bytes', 'nodejs_eventloop_utilization']) {
    expect([name, (await lines(built, name, mine)).length]).toEqual([name, 1]);
  }
});

test('a server that is closed listens to no commits any more', async () => {
  const { tracingChannel } = await import('node:diagnostics_channel');
  const channel = tracingChannel('millrace.commit');
  const built = await house();
  expect(channel.hasSubscribers).toBe(true);
  await built.server.close();
  expect(channel.hasSubscribers).toBe(false);
});
