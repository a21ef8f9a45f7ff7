import type { FastifyPluginAsync } from 'fastify';
import { badRow, type BadReason } from 'millrace';
import type { Accounts } from '../account/accounts.ts';
import { epochMs, modelId, tenantId, userId, type EpochMs, type TenantId } from '../domain/names.ts';
import type { UsageEvent } from '../domain/usage-event.ts';
import { refuse } from './access.ts';
import { rfc3339Ms } from './rfc3339.ts';

export type EventOptions = {
  readonly accounts: Accounts;
  /** Resolves when all of these rows are durable, in this order: usage events, and what is to be set aside. */
  readonly append: (rows: readonly unknown[]) => Promise<void>;
  /** The tenant whose administrators may send usage for every tenant. */
  readonly operator: TenantId;
  readonly now: () => EpochMs;
  /** How far an event's time may be ahead of ours; in a replay any. */
  readonly aheadMsMax: number;
};

const BODY_BYTES_MAX = 16 * 1024 * 1024;
const PROBLEMS_SHOWN_MAX = 100;
/** Of the names that an event gives, in characters. */
const NAME_LENGTH_MAX = 256;

const types = ['application/json', 'application/cloudevents+json', 'application/cloudevents-batch+json', 'application/x-ndjson'];

/**
 * `POST /v1/events`: usage measured elsewhere, as CloudEvents 1.0: one, a batch, or a line each.
 *
 * The answer comes after the durable commit. What is no usage event is named in the answer, by its
 * place, and set aside with the reason; the others are taken all the same, and the answer is 207
 * then, so that nobody overlooks it.
 */
export const eventRoutes = (options: EventOptions): FastifyPluginAsync => async (app) => {
  const { accounts, append, operator, now, aheadMsMax } = options;
  app.removeAllContentTypeParsers();
  app.addContentTypeParser('*', { parseAs: 'string', bodyLimit: BODY_BYTES_MAX }, (_request, body, done) => done(null, body));
  app.setErrorHandler((error: { statusCode?: number; code?: string; message?: string }, request, reply) => {
    const { statusCode = 500, code, message = '' } = error;
    if (statusCode === 413) return refuse(reply, 413, 'body_too_large', `The body is larger than ${BODY_BYTES_MAX} bytes; send smaller batches.`);
    if (statusCode < 500) return refuse(reply, statusCode, 'odd_request', message);
    if (code === 'LOG_ENDED') return refuse(reply, 409, 'log_ended', 'This Emily replays a trace, and takes no other events.');
    request.log.error({ err: error }, 'events could not be made durable');
    return refuse(reply, 503, 'log_unavailable', 'The events could not be made durable; send them again. None of them was taken.');
  });
  app.post<{ Body: string | undefined }>('/v1/events', async (request, reply) => {
    const credential = accounts.authenticate(request.headers.authorization);
    if (credential === undefined) return refuse(reply, 401, 'invalid_api_key', 'Send an API key with the scope `ingest` as `Authorization: Bearer em_…`.');
    if (!credential.scopes.has('ingest')) return refuse(reply, 403, 'insufficient_scope', 'This API key lacks the scope `ingest`.');
    const { 'content-type': type = '', 'content-encoding': encoding = 'identity' } = request.headers;
    const parts = encoding === 'identity' ? partsOf(type, request.body ?? '') : undefined;
    if (parts === undefined) return refuse(reply, 415, 'unsupported_media_type', `The body must be sent as ${types.join(', ')}, not compressed.`);
    const forAll = credential.tenant === operator && credential.scopes.has('admin');
    const rules = { tenant: forAll ? undefined : credential.tenant, isTenant: (id: TenantId) => accounts.tenant(id) !== undefined, latest: now() + aheadMsMax };
    const problems: { index: number; problem: string }[] = [];
    const rows = parts.map((part, index) => {
      const { event, reason, problem } = 'problem' in part ? part : usageEvent(part.value, rules);
      if (event !== undefined) return event;
      problems.push({ index, problem });
      return badRow(reason, problem, part.value);
    });
    await append(rows);
    const accepted = rows.length - problems.length;
    if (problems.length === 0) return { accepted };
    return reply.code(accepted === 0 ? 400 : 207).send({ accepted, refused: problems.length, problems: problems.slice(0, PROBLEMS_SHOWN_MAX) });
  });
};

type Problem = { readonly event?: undefined; readonly reason: BadReason; readonly problem: string };
type Part = { readonly value: unknown } | (Problem & { readonly value: string });

/** The events of a body, parsed; undefined for a content type that is not taken. */
function partsOf(contentType: string, body: string): readonly Part[] | undefined {
  const type = contentType.split(';')[0]?.trim().toLowerCase() ?? '';
  if (!types.includes(type)) return undefined;
  if (type === 'application/x-ndjson') return body.split('\n').filter((line) => line.trim() !== '').map(parsed);
  const all = parsed(body);
  return Array.isArray(all.value) ? all.value.map((value: unknown) => ({ value })) : [all];
}

function parsed(text: string): Part {
  try {
    return { value: JSON.parse(text) as unknown };
  } catch (error) {
    return { value: text, ...malformed(`not JSON: ${(error as Error).message}`) };
  }
}

type Rules = {
  /** Whose usage it is; undefined: the event says it. */
  readonly tenant: TenantId | undefined;
  readonly isTenant: (id: TenantId) => boolean;
  /** The latest time an event may have. */
  readonly latest: number;
};

/** A usage event, or what is wrong with it. */
function usageEvent(value: unknown, { tenant, isTenant, latest }: Rules): { readonly event: UsageEvent; reason?: never; problem?: never } | Problem {
  if (!isRecord(value)) return malformed('expected an object');
  const { specversion, id, source, type, subject, time, data } = value;
  if (specversion !== '1.0') return malformed(`specversion must be '1.0', not ${shown(specversion)}`);
  if (type !== 'usage') return malformed(`type must be 'usage', not ${shown(type)}`);
  if (!isName(id)) return malformed(`id must be ${aName}, not ${shown(id)}`);
  if (!isName(source)) return malformed(`source must be ${aName}, not ${shown(source)}`);
  if (!isName(subject)) return malformed(`subject must be the user, ${aName}, not ${shown(subject)}`);
  const at = rfc3339Ms(time);
  if (at === undefined) return { reason: 'bad-time', problem: `time must be an RFC 3339 date and time from 1970 on, not ${shown(time)}` };
  if (at > latest) return { reason: 'future-time', problem: `time ${shown(time)} is too far ahead: the latest that is taken now is ${new Date(latest).toISOString()}` };
  if (!isRecord(data)) return malformed('data must be an object');
  const { model, requests = 1, inputTokens = 0, cachedInputTokens = 0, outputTokens = 0 } = data;
  if (!isName(model)) return malformed(`data.model must be ${aName}, not ${shown(model)}`);
  const owner = tenant ?? (isName(data.tenant) ? tenantId(data.tenant) : undefined);
  if (owner === undefined || !isTenant(owner)) return malformed(`data.tenant must be a tenant of this Emily, not ${shown(data.tenant)}`);
  if (!isCount(requests) || !isCount(inputTokens) || !isCount(cachedInputTokens) || !isCount(outputTokens)) {
    return malformed('requests, inputTokens, cachedInputTokens and outputTokens must be whole numbers from 0 on');
  }
  if (cachedInputTokens > inputTokens) return malformed('cachedInputTokens is part of inputTokens and cannot be more');
  const units = { requests, inputTokens, cachedInputTokens, outputTokens };
  return { event: { id, source, at: epochMs(at), tenant: owner, user: userId(subject), model: modelId(model), units } };
}

const aName = `a string of 1 to ${NAME_LENGTH_MAX} characters`;

const malformed = (problem: string): Problem => ({ reason: 'malformed', problem });
const isName = (value: unknown): value is string => typeof value === 'string' && value !== '' && value.length <= NAME_LENGTH_MAX;
const isRecord = (value: unknown): value is Record<string, unknown> => typeof value === 'object' && value !== null && !Array.isArray(value);
const isCount = (value: unknown): value is number => typeof value === 'number' && Number.isSafeInteger(value) && value >= 0;
const shown = (value: unknown): string => (JSON.stringify(value) ?? 'missing').slice(0, 80);
