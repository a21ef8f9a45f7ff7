import { expect, test } from 'vitest';
import { realTrace } from '../src/demo/testing/trace-file.ts';
import { openTrace } from '../src/demo/trace/trace.ts';
import type { UsageEvent } from '../src/domain/usage-event.ts';
import { isAdmitted, isFinished, type Finished } from '../src/domain/usage-fact.ts';
import type { UsageMessage } from '../src/gateway/numbering.ts';
import { killPoints, type KillPoint } from './kill-points.ts';
import { runProcess, startProcess } from './process.ts';
import { azureRows, totalsOf } from './recount.ts';
import { factsOf, storedRows, storeIn } from './stored.ts';
import { temporaryFolder } from './temporary-folder.ts';

/*
 * kill -9 of the whole process, again and again in one replay; the same command each time. The totals
 * are exact, no request is counted twice, and none that was acknowledged is lost.
 *
 * KILL_SEED=n draws the same points again.
 */

const seed = Number(process.env['KILL_SEED'] ?? Date.now() % 1_000_000);

const file = (skip: (reason: string) => never): string => realTrace('azure-llm-2023/AzureLLMInferenceTrace_conv.csv', skip);

/** How often a point is tried: a process may be through before the signal comes. */
const ATTEMPTS_MAX = 5;

async function killAt(args: readonly string[], point: KillPoint): Promise<void> {
  for (let attempt = 1; attempt <= ATTEMPTS_MAX; attempt++) {
    const emily = startProcess(args);
    await point.reached(emily);
    if ((await emily.kill()).signal === 'SIGKILL') return;
  }
  throw new Error(`seed ${seed}: ${point.name} was missed ${ATTEMPTS_MAX} times`);
}

/** Kills the command at each point, then lets it run to its end: what that says. */
async function replayKilled(args: readonly string[], points: readonly KillPoint[]): Promise<unknown> {
  for (const point of points) await killAt(args, point);
  const { code, stdout, stderr } = await runProcess(args);
  expect({ code, stderr: code === 0 ? '' : stderr }).toEqual({ code: 0, stderr: '' });
  return JSON.parse(stdout);
}

test('a replay through the gateway, killed at 20 random points, comes to the exact totals, and each row was charged once', { timeout: 600_000 }, async ({ skip }) => {
  const trace = file(skip);
  const rows = azureRows(trace);
  const data = await temporaryFolder();
  const points = killPoints(seed, 20, rows.length);
  console.info(`kill seed ${seed}: ${points.map(({ name }) => name).join(', ')}`);

  const result = await replayKilled(['--data', data, '--replay', trace, '--json', '--exit'], points);
  expect(result, `seed ${seed}`).toEqual({ ...totalsOf(rows), seconds: expect.any(Number) });

  const messages = await storedRows<UsageMessage>(await storeIn(data), 'usage');
  const facts = factsOf(messages);
  const finished = facts.filter(isFinished);
  const charged = Map.groupBy(finished.filter(({ outcome }) => outcome === 'completed'), ({ idempotencyKey }) => idempotencyKey);
  const { hash } = await openTrace(trace, 1);
  expect(charged.size).toBe(rows.length);
  rows.forEach(({ at, input, output }, row) => {
    expect(charged.get(`${hash}:${row}`)?.map(unitsAt), `row ${row}, seed ${seed}`).toEqual([{ at, requests: 1, inputTokens: input, outputTokens: output }]);
  });

  // Every admission ended once: as what it came to, or as lost with the process that had begun it.
  const ends = Map.groupBy(finished, ({ id }) => id);
  expect(facts.filter(isAdmitted).map(({ id }) => ends.get(id)?.length).filter((count) => count !== 1)).toEqual([]);
  expect(new Set(finished.map(({ outcome }) => outcome))).toEqual(new Set(['completed', 'lost']));
  expectNumbered(messages);
});

test('a replay by ingest, killed at 5 random points, comes to the exact totals, and each row is there', { timeout: 300_000 }, async ({ skip }) => {
  const trace = file(skip);
  const rows = azureRows(trace);
  const data = await temporaryFolder();
  const points = killPoints(seed, 5, rows.length);
  console.info(`kill seed ${seed}, by ingest: ${points.map(({ name }) => name).join(', ')}`);

  const result = await replayKilled(['--data', data, '--replay', trace, '--via', 'ingest', '--json', '--exit'], points);
  expect(result, `seed ${seed}`).toEqual({ ...totalsOf(rows), seconds: expect.any(Number) });
  const events = await storedRows<UsageEvent>(await storeIn(data), 'events');
  expect(new Set(events.map(({ id }) => id)).size).toBe(rows.length);
});

const unitsAt = ({ admittedAt, units: { requests, inputTokens, outputTokens } }: Finished): object => ({ at: admittedAt, requests, inputTokens, outputTokens });

/** Every life of the gateway numbers its facts from 0 without gaps, says first how the one before ended, and keeps its promises. */
function expectNumbered(messages: readonly UsageMessage[]): void {
  let last = { epoch: 0, sequence: -1 };
  let promised = 0;
  for (const message of messages) {
    const { kind, producer, epoch, sequence } = message;
    expect(producer).toBe('gateway-1');
    if (epoch !== last.epoch) {
      expect(message).toMatchObject({ kind: 'heartbeat', epoch: last.epoch + 1, sequence: -1, ...(last.epoch === 0 ? {} : { previous: last }) });
      last = { epoch, sequence: -1 };
    }
    if (kind === 'event') last = { epoch, sequence: last.sequence + 1 };
    expect({ epoch, sequence }).toEqual(last);
    if (kind === 'event') expect(message.value.admittedAt).toBeGreaterThanOrEqual(promised);
    if (kind === 'heartbeat') promised = Math.max(promised, message.promise);
  }
}
