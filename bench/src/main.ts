import { parseOrder, usage } from './arguments.ts';
import { carryOut } from './carry-out.ts';
import { jsonLine } from './json-line.ts';
import { oneCore } from './one-core.ts';
import { table } from './table.ts';
import { UsageError } from './usage-error.ts';

/*
 * npm run bench -- QUERY …: the engine, and on request the hand-written loop, on one workload.
 *
 * Exit codes: 0 measured and right, or told how to ask; 1 a wrong answer, or a run that ended badly; 2 not understood.
 */

async function main(argv: readonly string[], signal: AbortSignal): Promise<void> {
  if (argv.includes('--help') || argv.includes('-h')) return console.log(usage);
  const launch = { core: oneCore(), signal };
  if (argv[0] === 'ingest') {
    const { ingest } = await import('./ingest.ts');
    return ingest(argv.slice(1), launch);
  }
  if (argv[0] === 'types') {
    const { types } = await import('./types/types.ts');
    return types(argv.slice(1));
  }
  if (argv[0] === 'state') {
    const { state } = await import('./state/state.ts');
    return state(argv.slice(1), launch);
  }
  if (argv[0] === 'revision') {
    const { revision } = await import('./revision/revision.ts');
    return revision(argv.slice(1), launch);
  }
  if (argv[0] === 'store') {
    const { store } = await import('./store/store.ts');
    return store(argv.slice(1), launch);
  }
  if (argv[0] === 'larger') {
    const { larger } = await import('./larger/larger.ts');
    return larger(argv.slice(1), launch);
  }
  if (argv[0] === 'gateway') {
    const { gateway } = await import('./gateway/gateway.ts');
    return gateway(argv.slice(1), launch);
  }
  const order = parseOrder(argv);
  const outcome = await carryOut(order, launch);
  console.log(order.json ? jsonLine(order, outcome) : table(order, outcome, launch.core));
  if (outcome.disagreements.length > 0) throw new Error(outcome.disagreements.join('\n'));
}

const interrupted = new AbortController();
for (const signal of ['SIGINT', 'SIGTERM'] as const) process.once(signal, () => interrupted.abort());

try {
  await main(process.argv.slice(2), interrupted.signal);
} catch (error) {
  console.error(`bench: ${(error as Error).message}`);
  if (error instanceof UsageError) console.error(usage);
  process.exitCode = error instanceof UsageError ? 2 : 1;
}
