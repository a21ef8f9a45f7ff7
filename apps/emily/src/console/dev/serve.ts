import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { buildPage } from './build-page.ts';
import { startFixture } from './fixture-server.ts';
import type { Scenario } from './fixture-world.ts';

/*
 * The console without Emily behind it, to look at while working on it:
 *
 *   node --conditions=millrace-source apps/emily/src/console/dev/serve.ts [--scenario busy|trouble|empty|replay|final] [--port N] [--seed N]
 */
const { values } = parseArgs({
  options: {
    scenario: { type: 'string', default: 'busy' },
    port: { type: 'string', default: '5180' },
    seed: { type: 'string', default: '1' },
  },
});

const page = await mkdtemp(join(tmpdir(), 'emily-console-'));
await buildPage(page);
const fixture = await startFixture({ page, scenario: values.scenario as Scenario, port: Number(values.port), seed: Number(values.seed) });
console.log(`${fixture.address} (${values.scenario}, seed ${values.seed}); Ctrl+C ends it`);

process.once('SIGINT', () => {
  void fixture.stop().then(() => rm(page, { recursive: true }));
});
