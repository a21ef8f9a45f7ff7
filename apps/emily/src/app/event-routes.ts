import type { FastifyPluginAsync } from 'fastify';
import { modelId, tenantId, userId, type EpochMs, type TenantId } from '../domain/names.ts';
import type { UsageEvent } from '../domain/usage-event.ts';
import type { Accounts } from '../account/accounts.ts';
import { refuse } from './access.ts';

export type EventOptions = {
  readonly accounts: Accounts;
  /** Resolves when the events are durable. */
  readonly append: (events: readonly UsageEvent[]) => Promise<void>;
  /** The tenant whose administrators may send usage for every tenant. */
  readonly operator: TenantId;
};

const BODY_BYTES_MAX = 16 * 1024 * 1024;
const PROBLEMS_SHOWN_MAX = 100;

/**
 * `POST /v1/events`: usage measured elsewhere, as CloudEvents 1.0: one, a batch, or a line each.
 *
 * The answer comes after the durable commit. What is no usage event is named in the answer, by its
 * place; the others are taken all the same, and the answer is 207 then, so that nobody overlooks it.
 */
export const eventRoutes = ({ accounts, append, operator }: EventOptions): FastifyPluginAsync => async (app) => {
  app.removeAllContentTypeParsers();
  app.addContentTypeParser('*', { parseAs: 'string', bodyLimit: BODY_BYTES_MAX }, (_request, body, done) => done(null, body));
  app.setErrorHandler((error: { statusCode?: number }, _request, reply) => {
    if (error.statusCode === 413) return refuse(reply, 413, 'body_too_large', `The body is larger than ${BODY_BYTES_MAX} bytes; send smaller batches.`);
    return refuse(reply, 503, 'log_unavailable', 'The events could not be made durable; send them again. None of them was taken.');
  });
  app.post<{ Body: string }>('/v1/events', async (request, reply) => {
    const credential = accounts.authenticate(request.headers.authorization);
    if (credential === undefined) return refuse(reply, 401, 'invalid_api_key', 'Send an API key with the scope `ingest` as `Authorization: Bearer em_…`.');
    if (!credential.scopes.has('ingest')) return refuse(reply, 403, 'insufficient_scope', 'This API key lacks the scope `ingest`.');
    const parts = partsOf(request.headers['content-type'] ?? '', request.body);
    if (parts === undefined) {
      const types = 'application/cloudevents+json, application/cloudevents-batch+json, application/json or application/x-ndjson';
      return refuse(reply, 415, 'unsupported_media_type', `The content type must be ${types}.`);
    }
    const forAll = credential.tenant === operator && credential.scopes.has('admin');
    const events: UsageEvent[] = [];
    const problems: { index: number; problem: string }[] = [];
    parts.forEach((part, index) => {
      const event = 'problem' in part ? part : usageEvent(part.value, forAll ? undefined : credential.tenant);
      if ('problem' in event) problems.push({ index, problem: event.problem });
      else events.push(event);
    });
    if (events.length > 0) await append(events);
    if (problems.length === 0) return { accepted: events.length };
    const answer = { accepted: events.length, refused: problems.length, problems: problems.slice(0, PROBLEMS_SHOWN_MAX) };
    return reply.code(events.length === 0 ? 400 : 207).send(answer);
  });
};

type Part = { readonly value: unknown } | { readonly problem: string };

/** The events of a body, parsed; undefined for a content type that is not taken. */
function partsOf(contentType: string, body: string): readonly Part[] | undefined {
  const type = contentType.split(';')[0]?.trim().toLowerCase();
  if (type === 'application/x-ndjson') return body.split('\n').filter((line) => line.trim() !== '').map(parsed);
  if (type !== 'application/json' && type !== 'application/cloudevents+json' && type !== 'application/cloudevents-batch+json') return undefined;
  const all = parsed(body);
  return 'value' in all && Array.isArray(all.value) ? all.value.map((value: unknown) => ({ value })) : [all];
}

function parsed(text: string): Part {
  try {
    return { value: JSON.parse(text) as unknown };
  } catch (error) {
    return { problem: `not JSON: ${(error as Error).message}` };
  }
}

/** A usage event, or what is wrong with it. `tenant` undefined: the event says for whom it is. */
function usageEvent(value: unknown, tenant: TenantId | undefined): UsageEvent | { readonly problem: string } {
  if (!isRecord(value)) return { problem: 'expected an object' };
  const { specversion, id, source, type, subject, time, data } = value;
  if (specversion !== '1.0') return { problem: `specversion must be '1.0', not ${shown(specversion)}` };
  if (type !== 'usage') return { problem: `type must be 'usage', not ${shown(type)}` };
  if (typeof id !== 'string' || id === '' || id.length > 256) return { problem: 'id must be a string of 1 to 256 characters' };
  if (typeof source !== 'string' || source === '') return { problem: 'source must be a string' };
  if (typeof subject !== 'string') return { problem: 'subject must be the user, a string' };
  const at = typeof time === 'string' ? Date.parse(time) : Number.NaN;
  if (!(at >= 0)) return { problem: `time must be an RFC 3339 date and time, not ${shown(time)}` };
  if (!isRecord(data)) return { problem: 'data must be an object' };
  if (typeof data.model !== 'string' || data.model === '') return { problem: 'data.model must be a string' };
  if (tenant === undefined && typeof data.tenant !== 'string') return { problem: 'data.tenant must be a string' };
  const { requests = 1, inputTokens = 0, cachedInputTokens = 0, outputTokens = 0 } = data;
  if (!isCount(requests) || !isCount(inputTokens) || !isCount(cachedInputTokens) || !isCount(outputTokens)) {
    return { problem: 'requests, inputTokens, cachedInputTokens and outputTokens must be whole numbers from 0 on' };
  }
  if (cachedInputTokens > inputTokens) return { problem: 'cachedInputTokens is part of inputTokens and cannot be more' };
  return {
    id,
    source,
    at: at as EpochMs,
    tenant: tenant ?? tenantId(data.tenant as string),
    user: userId(subject),
    model: modelId(data.model),
    units: { requests, inputTokens, cachedInputTokens, outputTokens },
  };
}

const isRecord = (value: unknown): value is Record<string, unknown> => typeof value === 'object' && value !== null && !Array.isArray(value);
const isCount = (value: unknown): value is number => typeof value === 'number' && Number.isSafeInteger(value) && value >= 0;
const shown = (value: unknown): string => (JSON.stringify(value) ?? 'missing').slice(0, 80);
