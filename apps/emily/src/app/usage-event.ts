import type { BadReason } from 'millrace';
import { epochMs, modelId, tenantId, userId, type TenantId } from '../domain/names.ts';
import type { UsageEvent } from '../domain/usage-event.ts';
import type { Decisive } from './json-body.ts';
import { rfc3339Ms } from './rfc3339.ts';

/** Of the names that an event gives, in characters. */
const NAME_LENGTH_MAX = 256;
/** Of each count of one event. So it takes nine million events of one user in one month until a sum is no longer exact. */
export const COUNT_MAX = 1_000_000_000;

export type EventRules = {
  /** Whose usage it is; undefined: the event says it. */
  readonly tenant: TenantId | undefined;
  readonly isTenant: (id: TenantId) => boolean;
  /** The latest time an event may have. */
  readonly latest: number;
};

/** Why something is no usage event. */
export type EventProblem = { readonly event?: never; readonly reason: BadReason; readonly problem: string };

const counts = ['requests', 'inputTokens', 'cachedInputTokens', 'outputTokens'] as const;

/** Members of which there may be one: what they say is billed. */
export const decisive: Decisive = {
  members: ['specversion', 'id', 'source', 'type', 'subject', 'time', 'data'],
  inside: ['data', ['tenant', 'model', ...counts]],
};

/** The same of its data alone. */
export const decisiveData: Decisive = { members: ['tenant', 'model', ...counts] };

/** A usage event of a CloudEvent, or what is wrong with it. */
export function usageEvent(value: unknown, { tenant, isTenant, latest }: EventRules): { readonly event: UsageEvent } | EventProblem {
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
  const owner = tenant ?? (isName(data['tenant']) ? tenantId(data['tenant']) : undefined);
  if (owner === undefined || !isTenant(owner)) return malformed(`data.tenant must be a tenant of this Emily, not ${shown(data['tenant'])}`);
  if (!isCount(requests) || !isCount(inputTokens) || !isCount(cachedInputTokens) || !isCount(outputTokens)) {
    const wrong = counts.find((name) => data[name] !== undefined && !isCount(data[name]));
    return malformed(`data.${wrong} must be a whole number from 0 to ${COUNT_MAX}, not ${shown(data[wrong ?? ''])}`);
  }
  if (cachedInputTokens > inputTokens) return malformed('cachedInputTokens is part of inputTokens and cannot be more');
  const units = { requests, inputTokens, cachedInputTokens, outputTokens };
  return { event: { id, source, at: epochMs(at), tenant: owner, user: userId(subject), model: modelId(model), units } };
}

const aName = `a string of 1 to ${NAME_LENGTH_MAX} characters`;

export const malformed = (problem: string): EventProblem => ({ reason: 'malformed', problem });
/** Half a surrogate pair is no character: stored as UTF-8, all of them would become one. */
const isName = (value: unknown): value is string => typeof value === 'string' && value !== '' && value.length <= NAME_LENGTH_MAX && value.isWellFormed();
const isRecord = (value: unknown): value is Record<string, unknown> => typeof value === 'object' && value !== null && !Array.isArray(value);
const isCount = (value: unknown): value is number => Number.isSafeInteger(value) && (value as number) >= 0 && (value as number) <= COUNT_MAX;
/** What came, in short. It nests no deeper than a body may. */
const shown = (value: unknown): string => (JSON.stringify(value) ?? 'missing').slice(0, 80);
