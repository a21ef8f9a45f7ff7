import { flushCompileCache } from 'node:module';
import { setTimeout as sleep } from 'node:timers/promises';
import { survey } from '../../src/upkeep/survey.ts';

/* The process that reads the store of another again and again, as a backup does, and ends with 1 where it is damaged. */

const READS = 20;
const PAUSE_MS_MAX = 5;

const folder = process.argv[2] as string;
process.send?.(process.pid);
flushCompileCache();
for (let i = 0; i < READS; i += 1) {
  const { findings } = survey(folder, undefined, 'blocks');
  if (findings.length > 0) {
    console.error(JSON.stringify(findings));
    process.exit(1);
  }
  await sleep(i % (PAUSE_MS_MAX + 1));
}
process.disconnect();
