import type { FastifyInstance } from 'fastify';
import { memoryBackend, type Program } from 'millrace';
import { onTestFinished } from 'vitest';
import { AccountDesk } from '../../account/account-desk.ts';
import { Accounts } from '../../account/accounts.ts';
import { ChainedLog, CommandChain } from '../../account/command-chain.ts';
import { sessionCookie } from '../../account/session-cookie.ts';
import { type Guest, Sessions } from '../../account/session.ts';
import { UserDesk } from '../../account/user-desk.ts';
import { Users } from '../../account/users.ts';
import { memoryVault } from '../../account/vault.ts';
import type { Scope } from '../../domain/credential.ts';
import { fixedCatalog } from '../../domain/model-catalog.ts';
import { epochMs, tenantId, type EpochMs } from '../../domain/names.ts';
import { FairShare } from '../../gateway/fair-share.ts';
import { defaultLimits } from '../../gateway/limits.ts';
import type { ReplayTerms } from '../../gateway/replay-terms.ts';
import type { GatewayOptions } from '../../gateway/gateway.ts';
import { Numbering } from '../../gateway/numbering.ts';
import { TestGateway } from '../../gateway/testing/messages.ts';
import { priceInForce } from '../../price/price.ts';
import { demoModels } from '../catalog.ts';
import { operatorTenant } from '../demo-accounts.ts';
import { HoldDesk } from '../hold-desk.ts';
import { emilyProgram, logs, type EmilyTables } from '../program.ts';
import { emilyServer, type ServerOptions } from '../server.ts';
import { spendingLimits, type SpendingLimits } from '../spending-limits.ts';

/** Emily's server over a program in memory, without replicas and without a socket: ask it by `inject`. */
export type House = {
  readonly server: FastifyInstance;
  readonly program: Program<EmilyTables>;
  readonly sessions: Sessions;
  readonly desk: AccountDesk;
  readonly users: Users;
  readonly userDesk: UserDesk;
  readonly accounts: Accounts;
  readonly holds: HoldDesk;
  readonly limits: SpendingLimits;
  /** What was reported to whoever runs Emily. */
  readonly reported: readonly string[];
  /** The gateway whose messages a test puts into the usage log. */
  readonly gateway: TestGateway;
  /** An `authorization` header of a new key of this tenant. */
  bearer(tenant: string, ...scopes: readonly Scope[]): Promise<string>;
  /** A `cookie` header of a new session of the operator. */
  operator(): Promise<string>;
  /** The same of anybody. */
  signedIn(guest: Guest): Promise<string>;
};

export const houseZone = 'Europe/Berlin';

/** There are no replicas. */
const noFleet = { pick: () => undefined };

const clock = (): EpochMs => epochMs(Date.now());

/** The tenants are ada, bob and the operator's own; `more` is put in the place of what the gateway has. */
export async function house(replay?: ReplayTerms, more: Partial<GatewayOptions> = {}, publicOrigin?: string, replicas: ServerOptions['replicas'] = () => []): Promise<House> {
  const program = emilyProgram({ zone: houseZone, replay: true });
  await program.start({ store: memoryBackend(), anyTime: true, commit: { everyMs: 10 } });
  const accounts = new Accounts(clock);
  const chain = new CommandChain();
  const commands = new ChainedLog(chain, async (rows) => void (await program.append(logs.commands, rows)));
  const desk = new AccountDesk(accounts, commands, clock);
  const vault = memoryVault();
  const users = new Users(vault);
  const sessions = new Sessions(commands, clock, users);
  const tables = [accounts, users, sessions];
  const userDesk = new UserDesk({ users, accounts, vault, log: commands, now: clock, // Passwords are tried ten times, and that is all: in what second an answer came says nothing.
    monotonicMs: () => 0,
    apply: (command) => tables.forEach((table) => table.apply(command)) });
  const holds = new HoldDesk(program, commands, clock);
  const reported: string[] = [];
  const limits = spendingLimits({ program, accounts, log: commands, zone: houseZone, now: clock, report: (line) => void reported.push(line) });
  for (const id of [tenantId('ada'), tenantId('bob'), operatorTenant]) await desk.createTenant(id, `${id} Ltd`);
  const shares = new FairShare(more.fleet ?? noFleet, defaultLimits);
  const server = await emilyServer({
    program,
    accounts,
    desk,
    chain,
    sessions,
    users,
    userDesk,
    publicOrigin,
    holds,
    budgets: limits.desk,
    keyLimits: limits.keyLimits,
    operator: operatorTenant,
    zone: houseZone,
    minutesKeptMs: Number.POSITIVE_INFINITY,
    page: import.meta.dirname,
    clock,
    replicas,
    shares,
    hello: () => ({ product: 'Emily' }),
    now: async () => ({ at: clock() }),
    gateway: {
      accounts,
      models: fixedCatalog(demoModels),
      fleet: noFleet,
      shares,
      priceInForce,
      usageLog: { append: async () => {} },
      budgets: limits.owner,
      rates: limits.keyLimits,
      // The server's own gateway stays silent: it lives in another time than the tests' facts.
      numbering: new Numbering('gateway-0', 1),
      finishedKeys: { get: () => undefined },
      replay,
      ...more,
    },
  });
  onTestFinished(async () => {
    await server.close();
    await program.stop();
  });
  const signedIn = async (guest: Guest): Promise<string> => sessionCookie((await sessions.signIn((await sessions.issueLinkFor(guest)).token))!, { secure: false }).split(';')[0]!;
  return {
    server,
    program,
    desk,
    sessions,
    users,
    userDesk,
    accounts,
    holds,
    limits,
    reported,
    gateway: new TestGateway(),
    bearer: async (tenant, ...scopes) => `Bearer ${(await desk.createKey({ tenant: tenantId(tenant), name: 'test', scopes })).text}`,
    operator: () => signedIn({ role: 'operator', tenant: undefined }),
    signedIn,
  };
}
