import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { Command, Option } from 'commander';
import { startDemand } from '../demo/demand.ts';
import { systemClock } from '../demo/clock.ts';
import { streamShareDefault } from '../demo/replay.ts';
import { demoServed } from './catalog.ts';
import { findConfig } from './config/read-config.ts';
import { curlLine, operatorLine, startEmily, type Emily } from './emily.ts';
import { accountCommand, isAccountCommand } from './account-command.ts';
import { initCommand, isInit } from './init-command.ts';
import { operatorKeyOf } from './operator-key.ts';
import { explain } from './explain.ts';
import { watchLauncher } from './launcher.ts';
import { atLeastOne, filePath, folderPath, hostAddress, portNumber, publicUrl as publicOrigin, replaySpeed, shareOfOne, wholeNumber, zoneName } from './option-values.ts';
import { runReplay } from './replay-command.ts';
import { LOG_LEVELS, type LogLevel } from './server.ts';
import { spelledOut } from './spelled-out.ts';
import { servedModels, takesDemand, type ServedModel } from './served-models.ts';

type Flags = {
  readonly data: string;
  readonly config?: string;
  readonly host: string;
  readonly port: number;
  readonly publicUrl?: URL;
  readonly zone: string;
  readonly seed: number;
  readonly replicas: number;
  readonly demand: boolean;
  readonly replay?: string;
  readonly speed: number | 'max';
  readonly via: 'gateway' | 'ingest';
  readonly stream: number;
  readonly json: boolean;
  readonly exit: boolean;
  readonly clockIsRight: boolean;
  readonly logLevel: LogLevel;
};

const page = fileURLToPath(new URL('../../dist/console', import.meta.url));
const DATA_FOLDER = 'data';
/** The exit code of what was stopped before its end. */
const STOPPED = 130;

/** `npm start`: Emily with demo demand, or with the demand of a trace; with `tenants` or `keys` first, the accounts of one that runs. Resolves with the exit code. */
export async function main(args: readonly string[]): Promise<number> {
  if (isAccountCommand(args)) return accountCommand(args, process.env, { out: (text) => void process.stdout.write(text), err: (text) => void process.stderr.write(text) });
  if (isInit(args)) return initCommand(args, { out: (text) => void process.stdout.write(text), err: (text) => void process.stderr.write(text) });
  const flags = flagsOf(spelledOut(args));
  const stop = new AbortController();
  for (const signal of ['SIGINT', 'SIGTERM'] as const) process.once(signal, () => stop.abort(new Error(`stopped by ${signal}`)));
  watchLauncher(() => stop.abort(new Error('stopped because the process that started Emily has ended')));
  try {
    return flags.replay === undefined ? await serve(flags, stop.signal) : await replayed(flags, flags.replay, stop.signal);
  } catch (error) {
    if (error === stop.signal.reason) {
      say(`${(error as Error).message}; the same command goes on from here`);
      return STOPPED;
    }
    say(explain(error));
    return 1;
  }
}

async function serve(flags: Flags, signal: AbortSignal): Promise<number> {
  const { data, host, port, publicUrl, zone, seed, replicas, demand, clockIsRight, logLevel } = flags;
  const store = join(data, 'emily');
  const config = findConfig(flags.config);
  const models = config === undefined ? demoServed : servedModels(config, { environment: process.env, logFolder: join(data, 'logs') });
  const modelIds = models.filter(takesDemand).map(({ model }) => model.id);
  const operatorKey = config === undefined ? undefined : operatorKeyOf(config, process.env);
  const isDemo = demand && modelIds.length > 0 && operatorKey === undefined;
  const mode = isDemo ? 'demo' : 'serve';
  const emily = await startEmily({ store, host, port, publicUrl, zone, mode, seed, page, replicasPerModel: replicas, models, operatorKey, clockIsRight, logLevel, report: say });
  say(operatorKey === undefined ? welcome(emily, store, modelsSaid(models, isDemo)) : greeting(emily, store, modelsSaid(models, false)));
  const running = isDemo ? startDemand({ target: emily.address, keys: emily.demo.keys, modelIds, seed, clock: systemClock }) : undefined;
  try {
    await untilStopped(emily, signal);
    say('stopping: open calls may end …');
  } finally {
    await running?.stop();
    await emily.stop();
  }
  return 0;
}

async function replayed(flags: Flags, file: string, signal: AbortSignal): Promise<number> {
  const { data, host, port, publicUrl, zone, seed, replicas, speed, via, stream, json, exit, logLevel } = flags;
  const where = { host, port, publicUrl, zone, page, replicasPerModel: replicas, logLevel, report: say };
  const { emily, table, json: line } = await runReplay({ file, speed, via, streamShare: stream, seed, data, emily: where, signal, say });
  process.stdout.write(json ? `${line}\n` : `\n${table}\n`);
  try {
    if (exit) return 0;
    say(`the console shows what was metered and billed: ${emily.signInLink}\nCtrl-C ends Emily`);
    await untilStopped(emily, signal);
    return 0;
  } finally {
    await emily.stop();
  }
}

/** Until somebody asks Emily to stop; a program that fails ends it too. */
async function untilStopped({ program }: Emily, signal: AbortSignal): Promise<void> {
  if (signal.aborted) return;
  const asked = new Promise<void>((resolve) => signal.addEventListener('abort', () => resolve(), { once: true }));
  await Promise.race([asked, program.done]);
}

/** Without a demo no key is printed: who runs Emily has one, and makes the others. */
function greeting(emily: Emily, store: string, models: string): string {
  return [
    '',
    `  Emily is at ${emily.address.origin}`,
    `  Sign in to the console (once, within a day): ${emily.signInLink}`,
    "  The operator's key is where the configuration says. A request, with a key of a customer:",
    `    ${curlLine(emily.address, emily.demo, emily.models)}`,
    '',
    `  Data in ${store}. ${models} Ctrl-C ends Emily.`,
    '',
  ].join('\n');
}

function welcome(emily: Emily, store: string, models: string): string {
  const [demoKey] = emily.demo.keys.values();
  return [
    '',
    `  Emily is at ${emily.address.origin}`,
    `  Sign in to the console (once, within a day): ${emily.signInLink}`,
    `  A demo key: ${demoKey}`,
    '  A first request:',
    `    ${curlLine(emily.address, emily.demo, emily.models)}`,
    `  An operator's key, for what only whoever runs Emily may ask and decide: ${emily.demo.adminKey}`,
    '  What is missing:',
    `    ${operatorLine(emily.address, emily.demo)}`,
    '',
    `  Data in ${store}. ${models} Ctrl-C ends Emily.`,
    '',
  ].join('\n');
}

function modelsSaid(models: readonly ServedModel[], isDemo: boolean): string {
  const real = models.filter(({ driver }) => driver !== undefined).map(({ model }) => model.id);
  if (real.length === 0) return isDemo ? 'Synthetic tenants are sending demand; all models are simulated.' : 'All models are simulated.';
  const demand = isDemo ? ' Synthetic tenants are sending demand to those that are simulated.' : '';
  return `Not simulated: ${real.join(', ')}; each is served as soon as a replica of it is ready.${demand}`;
}

/** For people: standard error, so that standard output holds results only. */
const say = (line: string): void => void process.stderr.write(`${line}\n`);

function flagsOf(args: readonly string[]): Flags {
  const command = new Command('emily')
    .description('Metering, prices and bills for model serving. Without options: a demo with synthetic demand.')
    .addHelpText('after', '\nA configuration that starts: emily init --help\nThe accounts of an Emily that runs: emily tenants --help, emily projects --help, emily users --help, emily keys --help, emily budgets --help, emily credit --help\nWhat it serves and has counted: emily models --help, emily usage --help, emily why --help, emily export --help\nWhat waits for a person: emily holds --help\n`emily start` is `emily`, and `emily replay FILE` is `emily --replay FILE`.')
    .option('--data <folder>', 'where all data is kept', folderPath, DATA_FOLDER)
    .option('--config <file>', 'which models are served, and by what; left out: emily.config.json, if it is here', filePath)
    .option('--host <address>', 'address to listen on', hostAddress, '127.0.0.1')
    .option('--port <number>', 'port to listen on; 0 takes a free one', portNumber, 8787)
    .option('--public-url <url>', 'where browsers find it, if that is not where it listens: https://emily.example', publicOrigin)
    .option('--zone <zone>', 'IANA zone whose calendar months are billed', zoneName, 'Europe/Berlin')
    .option('--seed <number>', 'seed of synthetic users and demand', wholeNumber, 1)
    .option('--replicas <number>', 'simulated replicas per model', atLeastOne, 1)
    .option('--no-demand', 'serve without synthetic demand')
    .option('--replay <file>', 'replay a trace: Azure LLM 2023 CSV, Mooncake JSONL, ServeGen chunk CSV')
    .option('--speed <times>', "times as fast as the trace, or 'max'", replaySpeed, 'max')
    .addOption(new Option('--via <road>', 'through the gateway, or as usage events').choices(['gateway', 'ingest']).default('gateway'))
    .option('--stream <share>', 'share of the replayed requests that stream', shareOfOne, streamShareDefault)
    .option('--json', 'close a replay with one line of JSON', false)
    .option('--exit', 'end when the replay has ended', false)
    .addOption(new Option('--log-level <level>', 'from which level on something is said on standard error; info tells of every call').choices(LOG_LEVELS).default('warn'))
    .option('--clock-is-right', 'start though the clock is more than 400 days from what was metered last', false);
  const flags = command.parse(args, { from: 'user' }).opts<Flags>();
  if (flags.replay === undefined && (flags.json || flags.exit)) command.error('error: --json and --exit close a replay; name its trace with --replay FILE');
  if (flags.replay !== undefined && flags.config !== undefined) command.error("error: a replay is of the demo's models, all simulated; leave out --config");
  return flags;
}
