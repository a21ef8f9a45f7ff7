import fastify, { type FastifyInstance } from 'fastify';
import { request, type Dispatcher } from 'undici';
import { onTestFinished } from 'vitest';
import type { Credential } from '../../domain/credential.ts';
import { projectId } from '../../domain/budget.ts';
import { epochMs, keyId, modelId, priceId, tenantId, userId } from '../../domain/names.ts';
import { fixedCatalog, type Model } from '../../domain/model-catalog.ts';
import type { Admitted, Finished, Refused, UsageFact } from '../../domain/usage-fact.ts';
import { FairShare } from '../fair-share.ts';
import { front } from '../front.ts';
import { defaultLimits } from '../limits.ts';
import { gateway, type GatewayOptions } from '../gateway.ts';
import { Numbering } from '../numbering.ts';
import type { Replica, ReplicaPicker } from '../replica.ts';
import { serverOptions } from '../server-options.ts';
import { HandLog } from './hand-log.ts';

export const ada: Credential = { tenant: tenantId('ada'), key: keyId('key-of-ada'), user: undefined, scopes: new Set(['infer']) };
/** Ada's as well, in a project of hers. */
export const adaWeb: Credential = { ...ada, key: keyId('key-of-ada-web'), project: projectId('web') };
export const bob: Credential = { tenant: tenantId('bob'), key: keyId('key-of-bob'), user: userId('bob'), scopes: new Set(['infer', 'read']) };
export const reader: Credential = { tenant: tenantId('ada'), key: keyId('reads-only'), user: undefined, scopes: new Set(['read']) };

const byHeader = new Map([['Bearer ada', ada], ['Bearer ada-web', adaWeb], ['Bearer bob', bob], ['Bearer reader', reader]]);

export const tiny: Model = { id: modelId('tiny'), owner: 'operator', createdAt: epochMs(1_700_000_000_000), description: 'small' };
export const bobsOwn: Model = { id: modelId('bob/own'), owner: bob.tenant, createdAt: epochMs(1_700_000_000_000), description: "bob's", contextTokens: 4_096 };

export type Stand = {
  readonly app: FastifyInstance;
  readonly origin: string;
  readonly log: HandLog;
  /** POSTs a chat completion; the headers say who asks (ada, unless told otherwise). */
  chat(body: string | Buffer | object, headers?: Record<string, string>): Promise<Dispatcher.ResponseData>;
  /** POSTs to another address. */
  post(path: string, body: object, headers?: Record<string, string>): Promise<Dispatcher.ResponseData>;
  get(path: string, headers?: Record<string, string>): Promise<Dispatcher.ResponseData>;
  admitted(): Admitted[];
  finished(): Finished[];
  refused(): Refused[];
  /** How many calls wait for their turn. */
  waitingCalls(): number;
};

/** A gateway on a real socket in front of one replica, with its log in memory. `logged` is told every line that it says of itself. */
export async function stand(replica: Replica | undefined, options: Partial<GatewayOptions> = {}, logged?: { write(line: string): void }): Promise<Stand> {
  const log = new HandLog();
  const app = fastify(logged === undefined ? serverOptions : { ...serverOptions, logger: { level: 'debug', stream: logged } });
  front(app);
  const fleet: ReplicaPicker = options.fleet ?? { pick: (model) => (model === tiny.id ? replica : undefined) };
  const shares = new FairShare(fleet, { ...defaultLimits, ...options.limits });
  await app.register(gateway({
    accounts: { authenticate: (authorization) => byHeader.get(authorization ?? '') },
    models: fixedCatalog([tiny, bobsOwn]),
    fleet,
    shares,
    priceInForce: () => priceId('price-1'),
    usageLog: log,
    numbering: new Numbering('gateway-1', 1),
    finishedKeys: { get: () => undefined },
    ...options,
  }));
  const origin = await app.listen({ port: 0, host: '127.0.0.1' });
  onTestFinished(() => app.close());
  const ofKind = <Kind extends UsageFact['kind']>(kind: Kind): Extract<UsageFact, { kind: Kind }>[] =>
    log.facts.filter((fact): fact is Extract<UsageFact, { kind: Kind }> => fact.kind === kind);
  return {
    app,
    origin,
    log,
    chat: (body, headers = {}) =>
      request(`${origin}/v1/chat/completions`, {
        method: 'POST',
        headers: { authorization: 'Bearer ada', 'content-type': 'application/json', ...headers },
        body: typeof body === 'string' || Buffer.isBuffer(body) ? body : JSON.stringify(body),
      }),
    post: (path, body, headers = {}) => request(`${origin}${path}`, { method: 'POST', headers: { authorization: 'Bearer ada', 'content-type': 'application/json', ...headers }, body: JSON.stringify(body) }),
    get: (path, headers = {}) => request(`${origin}${path}`, { headers: { authorization: 'Bearer ada', ...headers } }),
    admitted: () => ofKind('admitted'),
    finished: () => ofKind('finished'),
    refused: () => ofKind('refused'),
    waitingCalls: () => shares.waiting().get(tiny.id) ?? 0,
  };
}

type Chat = { readonly model: string; readonly messages: readonly object[]; readonly stream?: boolean };

export const hello: Chat = { model: 'tiny', messages: [{ role: 'user', content: 'say it' }] };
export const helloStreamed: Chat = { ...hello, stream: true };
