import type { FastifyInstance } from 'fastify';
import { type Program, systemClock } from 'millrace';
import { AccountDesk } from '../account/account-desk.ts';
import { Accounts } from '../account/accounts.ts';
import type { NewKey } from '../account/api-key.ts';
import { type ChainedCommand, ChainedLog, CommandChain } from '../account/command-chain.ts';
import { FileVault } from '../account/file-vault.ts';
import { Sessions } from '../account/session.ts';
import { UserDesk } from '../account/user-desk.ts';
import { Users } from '../account/users.ts';
import { memoryVault } from '../account/vault.ts';
import { fixedCatalog, type Model } from '../domain/model-catalog.ts';
import { epochMs, type EpochMs, type TenantId } from '../domain/names.ts';
import { driverByModel } from '../fleet/driver-by-model.ts';
import { Fleet } from '../fleet/fleet.ts';
import { demoLatency, noLatency, simulatedDriver } from '../fleet/simulated-driver.ts';
import { FairShare } from '../gateway/fair-share.ts';
import { defaultLimits } from '../gateway/limits.ts';
import { Numbering } from '../gateway/numbering.ts';
import { firstWords, type FormerLife } from '../gateway/recover.ts';
import type { ReplayTerms } from '../gateway/replay-terms.ts';
import type { FinishedKey } from '../meter/finished-keys.ts';
import { MINUTES_KEPT } from '../meter/meter.ts';
import { openOf } from '../meter/requests.ts';
import { priceInForce } from '../price/price.ts';
import { demoServed } from './catalog.ts';
import { checkClock } from './clock-check.ts';
import { type DemoKeys, demoAccounts, operatorsAccount, operatorTenant } from './demo-accounts.ts';
import { expectFree } from './free-port.ts';
import { hello } from './hello.ts';
import { HoldDesk } from './hold-desk.ts';
import { lastProgress } from './last-progress.ts';
import { now } from './live.ts';
import { emilyProgram, GATEWAY, logs, type EmilyTables, upgrade } from './program.ts';
import { recalledCalls } from './recalled-calls.ts';
import { countOf, type ServedModel } from './served-models.ts';
import { emilyServer, type LogLevel } from './server.ts';
import { spendingLimits } from './spending-limits.ts';

export type EmilyOptions = {
  /** The folder that holds all of Emily's data. */
  readonly store: string;
  readonly host: string;
  readonly port: number;
  readonly zone: string;
  readonly mode: 'demo' | 'replay' | 'serve';
  readonly seed: number;
  /** The folder with the console's built page. */
  readonly page: string;
  /** Where browsers find it, if that is not where it listens. */
  readonly publicUrl?: URL | undefined;
  /** Of simulated models that do not say it themselves. */
  readonly replicasPerModel: number;
  /** With it nothing of the demo is there but, where none are given, its models. */
  readonly operatorKey?: NewKey | undefined;
  /** The demo's, unless others are given. */
  readonly models?: readonly ServedModel[] | undefined;
  /** However far it is from what was metered last. A replay goes by its trace, and asks no clock. */
  readonly clockIsRight?: boolean;
  readonly logLevel?: LogLevel;
  /** What a replay goes by, and what it says of itself to the console. */
  readonly replayTerms?: ReplayTerms;
  readonly replay?: () => { readonly file: string; readonly rows: number; readonly done: number; readonly finished: boolean } | null;
  readonly report: (line: string) => void;
};

/** What the console shows of a program that commits every second would be a second old. */
const COMMIT_EVERY_MS = 250;

/** Emily, running: its program, its fleet and its server. */
export type Emily = {
  readonly program: Program<EmilyTables>;
  readonly address: URL;
  readonly demo: DemoKeys;
  readonly models: readonly Model[];
  readonly signInLink: string;
  /** Idempotency keys of calls that were made and charged before this start. */
  readonly finishedKeys: ReadonlyMap<string, FinishedKey>;
  stop(): Promise<void>;
};

/**
 * Starts everything, in the order in which one part needs the other: the program recovers what is
 * stored; tables that live in memory are built from their logs; calls that the last life left open are
 * ended; and only then the server listens.
 */
export async function startEmily(options: EmilyOptions): Promise<Emily> {
  const { zone, mode, report } = options;
  const replaying = mode === 'replay';
  const program = emilyProgram({ zone, replay: replaying });
  await program.start({ store: options.store, anyTime: replaying, commit: { everyMs: COMMIT_EVERY_MS }, upgrade });
  let fleet: Fleet | undefined;
  let server: FastifyInstance | undefined;
  const stop = async (): Promise<void> => {
    await server?.close();
    await fleet?.stop();
    await program.stop();
  };
  try {
    await expectFree(options.host, options.port);
    await program.caughtUp(logs.usage);
    const former = await formerLife(program);
    if (!replaying && options.clockIsRight !== true) checkClock(clock(), former?.lastStamp ?? epochMs(0));
    const accounts = new Accounts(clock);
    const chain = new CommandChain();
    const commands = new ChainedLog(chain, async (rows) => void (await program.append(logs.commands, rows)));
    const vault = replaying ? memoryVault() : new FileVault(`${options.store}.user-keys.json`);
    const users = new Users(vault);
    const sessions = new Sessions(commands, clock, users);
    const holds = new HoldDesk(program, commands, clock);
    const limits = spendingLimits({ program, accounts, log: commands, zone, now: clock, report });
    for (const written of program.read(logs.commands) as Iterable<ChainedCommand>) {
      const command = chain.follow(written);
      accounts.apply(command);
      users.apply(command);
      sessions.apply(command);
      holds.apply(command);
      limits.desk.apply(command);
      limits.keyLimits.apply(command);
    }
    const desk = new AccountDesk(accounts, commands, clock);
    const tables = [accounts, users, sessions];
    const userDesk = new UserDesk({ users, accounts, vault, log: commands, now: clock, monotonicMs: () => performance.now(), apply: (command) => tables.forEach((table) => table.apply(command)) });
    for (const user of users.erased()) if (vault.keyOf(user) !== undefined) await vault.shred(user);
    const demo = options.operatorKey === undefined ? await demoAccounts(accounts, desk) : await operatorsAccount(accounts, desk, options.operatorKey);
    const numbering = new Numbering(GATEWAY, (former?.epoch ?? 0) + 1);
    const formerBoots = (await program.tables.boots.scan(({ value }) => value.state !== 'left')).map(({ key }) => key);
    await limits.recover();
    if (program.status().sources[logs.usage]?.[0]?.ended !== true) await program.append(logs.usage, firstWords(former, numbering, limits.lost));
    const lost = former?.open.length ?? 0;
    if (lost > 0) report(`${lost} calls were open when Emily stopped: ${replaying ? 'each is recorded as lost, is free, and is sent again' : 'they are recorded as lost, and free but for what of a stream was delivered'}`);
    const finishedKeys = await keysOf(program);
    const latency = replaying ? noLatency : demoLatency;
    const served = new Map((options.models ?? demoServed).map((one) => [one.model.id, one]));
    const simulated = simulatedDriver({ seed: options.seed, latency });
    const running = new Fleet({
      driver: driverByModel(new Map([...served].map(([id, { driver }]) => [id, driver ?? simulated]))),
      models: [...served.keys()],
      replicasPerModel: (id) => countOf(served.get(id) ?? { replicas: undefined }, options.replicasPerModel),
      report: (event) => report(JSON.stringify(event)),
      life: numbering.epoch,
      traits: (id) => ({ owner: served.get(id)?.model.owner ?? 'operator', gpus: served.get(id)?.gpus ?? 1 }),
    });
    fleet = running;
    const shares = new FairShare(running, defaultLimits);
    // Others take as long as they take; their models are refused until then, and everything else works.
    await running.ready([...served].filter(([, { driver }]) => driver === undefined).map(([id]) => id));
    const models = [...served.values()].map(({ model }) => model);
    // Known once the server listens, and asked for only after that.
    let address = new URL('http://127.0.0.1');
    const replay = options.replay ?? (() => null);
    const catalog = fixedCatalog(models);
    server = await emilyServer({
      program,
      accounts,
      desk,
      chain,
      sessions,
      users,
      userDesk,
      publicOrigin: options.publicUrl?.origin,
      logLevel: options.logLevel,
      holds,
      budgets: limits.desk,
      keyLimits: limits.keyLimits,
      operator: operatorTenant,
      zone,
      minutesKeptMs: replaying ? Number.POSITIVE_INFINITY : MINUTES_KEPT,
      page: options.page,
      clock,
      replicas: () => running.states(),
      shares,
      gateway: {
        accounts,
        models: catalog,
        fleet: running,
        shares,
        replicas: { open: (write) => running.book.open(write, formerBoots), close: () => running.closeBook() },
        priceInForce,
        usageLog: { append: async (messages) => void (await program.append(logs.usage, messages)) },
        numbering,
        budgets: limits.owner,
        rates: limits.keyLimits,
        finishedKeys: { get: (tenant, key) => finishedKeys.get(keyText(tenant, key)) },
        recalled: replaying ? [] : recalledCalls(program, clock()),
        replay: options.replayTerms,
        ...(former === undefined ? {} : { lastStamp: former.lastStamp, lastPromise: former.promised }),
      },
      hello: (who) =>
        hello(who, {
          accounts,
          users,
          now: clock(),
          mode,
          address: options.publicUrl ?? address,
          zone,
          models,
          visibleTo: catalog.visibleTo,
          isSimulated: ({ id }) => served.get(id)?.driver === undefined,
          demoKey: demo.keys.values().next().value ?? null,
          curl: (key, theirs) => curlWith(options.publicUrl ?? address, key, theirs),
          replay: replay(),
        }),
      now: () => now({ program, accounts, holds, zone, now: clock, replicas: () => running.states(), replay }),
    });
    address = new URL(await server.listen({ host: options.host, port: options.port }));
    const signInLink = new URL(`/sign-in?token=${await sessions.issueLink('operator')}`, options.publicUrl ?? address).href;
    return { program, address, demo, models, signInLink, finishedKeys, stop };
  } catch (error) {
    await stop();
    throw error;
  }
}

const clock = (): EpochMs => epochMs(systemClock.now());

/** A first request, ready to paste. */
export const curlLine = (address: URL, { keys }: DemoKeys, models: readonly Model[]): string => curlWith(address, keys.values().next().value ?? '$EMILY_KEY', models);

function curlWith(address: URL, key: string, models: readonly Model[]): string {
  const model = models.find(({ owner }) => owner === 'operator') ?? models[0];
  const body = JSON.stringify({ model: model?.id, messages: [{ role: 'user', content: 'Hello, Emily!' }] });
  const header = `authorization: Bearer ${key}`;
  // A shell puts in what it knows of only between double quotes.
  return `curl ${new URL('/v1/chat/completions', address).href} -H ${key.startsWith('$') ? `"${header}"` : `'${header}'`} -H 'content-type: application/json' -d '${body}'`;
}

/** What only the operator may ask, ready to paste. */
export function operatorLine(address: URL, { adminKey }: DemoKeys): string {
  return `curl ${new URL('/v1/missing', address).href} -H 'authorization: Bearer ${adminKey}'`;
}

export const keyText = (tenant: TenantId, key: string): string => `${tenant} ${key}`;

/** What this gateway's last life left behind: as the log's source knows it, and the meter. */
async function formerLife(program: Program<EmilyTables>): Promise<(FormerLife & { readonly lastStamp: EpochMs }) | undefined> {
  const [usage] = program.status().sources[logs.usage] ?? [];
  const producer = usage?.numbered?.producers.find((one) => one.producer === GATEWAY);
  if (usage === undefined || producer?.epoch === undefined) return undefined;
  const { epoch, through } = producer;
  const [times, begun] = await Promise.all([
    program.tables.gateways.get(GATEWAY),
    program.tables.requests.scan(({ value, finality }) => finality === 'provisional' && openOf(value)?.producer === GATEWAY),
  ]);
  const lastAt = times?.value.lastAt ?? 0;
  const open = begun.flatMap(({ value }) => openOf(value) ?? []);
  // Of one that said goodbye only the frontier tells what it had promised.
  const promised = [producer.promise, usage.frontier].filter(Number.isFinite).reduce((a, b) => Math.max(a, b), 0);
  return { epoch, sequence: through, promised: epochMs(promised), open, delivered: open.length === 0 ? new Map() : lastProgress(program, epoch), lastStamp: epochMs(Math.max(lastAt, promised)) };
}

async function keysOf(program: Program<EmilyTables>): Promise<ReadonlyMap<string, FinishedKey>> {
  await program.caughtUp(logs.usage);
  const rows = await program.tables.finishedKeys.scan();
  return new Map(rows.map(({ key, value }) => [keyText(key.tenant, key.key), value]));
}
