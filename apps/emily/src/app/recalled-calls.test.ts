import { memoryBackend } from 'millrace';
import { expect, onTestFinished, test } from 'vitest';
import { called, someTime, voided } from '../domain/testing/facts.ts';
import { epochMs, requestId } from '../domain/names.ts';
import { noUnits } from '../domain/usage-fact.ts';
import { TestGateway } from '../gateway/testing/messages.ts';
import { emilyProgram, logs } from './program.ts';
import { recalledCalls } from './recalled-calls.ts';

test('a start recalls the charged attempts of the last five minutes that were not voided, the oldest first', async () => {
  const program = emilyProgram({ zone: 'Europe/Berlin', replay: false });
  await program.start({ store: memoryBackend(), anyTime: true });
  onTestFinished(() => program.stop());
  const attempt = { retry: 0, bodyHash: 'h' };
  const gateway = new TestGateway();
  await program.append(logs.usage, gateway.facts(
    ...called('too old', attempt),
    ...called('first', { ...attempt, admittedAt: epochMs(someTime + 1) }),
    ...called('not counted', { admittedAt: epochMs(someTime + 2) }),
    ...called('failed', { ...attempt, admittedAt: epochMs(someTime + 2), outcome: 'failed', units: noUnits }),
    ...called('voided', { ...attempt, admittedAt: epochMs(someTime + 2) }),
    voided('voided', { by: requestId('last'), admittedAt: epochMs(someTime + 3) }),
    ...called('last', { ...attempt, retry: 1, admittedAt: epochMs(someTime + 3) }),
  ));
  await program.append(logs.usage, [gateway.promise(someTime + 4)]);
  await program.caughtUp(logs.usage);
  expect(recalledCalls(program, epochMs(someTime + 300_000)).map(({ id, retry }) => [id, retry])).toEqual([['first', 0], ['last', 1]]);
});
