import { z } from 'zod';
import { json, type Operation } from './operation.ts';
import { asOf, count, decimal, digits, epochMs, evidence, finality, listOf, measured, timeSent } from './shapes.ts';

const readers = 'Those of the house; of a tenant whoever is signed in, and keys with the scope `read` or `admin`.';
const some = z.string();

/** Below zero where more was voided than used. */
const sum = z.int();

const usage = z.looseObject({
  window: z.looseObject({ start: epochMs, end: epochMs }),
  tenant: z.string().optional(),
  project: z.string().optional(),
  user: z.string().optional(),
  key: z.string().optional(),
  model: z.string().optional(),
  measured,
  requests: sum,
  inputTokens: sum,
  cachedInputTokens: sum,
  outputTokens: sum,
  finality,
  evidence,
});

const invoice = z.looseObject({
  id: z.string(),
  tenant: z.string(),
  user: z.string(),
  measured,
  period: z.looseObject({ start: epochMs, end: epochMs, zone: z.string() }),
  status: z.enum(['open', 'final']),
  lines: z.array(z.looseObject({ unit: z.string(), quantity: sum, voided: count.optional(), priceId: z.string(), unitPrice: decimal, amount: decimal, writtenOff: decimal.optional() })),
  total: decimal,
  currency: z.string(),
  finality,
  evidence,
  number: z.string().nullable(),
});

/** `before`: in the hour before. */
const popular = z.looseObject({ model: z.string(), requests: sum, inputTokens: sum, outputTokens: sum, before: sum, finality, evidence });
const conversation = z.looseObject({ tenant: z.string(), user: z.string(), startedAt: epochMs, lastAt: epochMs, requests: sum, inputTokens: sum, outputTokens: sum, models: z.array(z.string()), over: z.boolean(), finality, evidence });

const named = z.string().min(1).max(256);
const most = z.int().min(0).max(1_000_000_000).optional();
const event = z.looseObject({
  specversion: z.literal('1.0'),
  type: z.literal('usage'),
  id: named,
  source: named,
  subject: named.describe('the user'),
  time: timeSent,
  data: z.looseObject({ tenant: named.optional().describe('of the operator’s own keys only: whose it is'), model: named, requests: most, inputTokens: most, cachedInputTokens: most, outputTokens: most }),
});

const taken = z.looseObject({ accepted: count, late: count.optional(), refused: count.optional(), problems: z.array(z.looseObject({})).optional() });

export const numberOperations: Readonly<Record<string, Operation>> = {
  'GET /v1/usage': {
    summary: 'Usage by window, and apart by what `group` names',
    tag: 'numbers',
    access: readers,
    query: {
      window: { about: 'How long the windows are', shape: z.enum(['minute', 'hour', 'day', 'month']) },
      from: { about: 'ms since 1970; windows that end later', shape: digits },
      to: { about: 'ms since 1970; windows that begin earlier', shape: digits },
      group: { about: 'What is told apart', shape: z.enum(['none', 'tenant', 'model', 'user', 'key', 'project']) },
      tenant: { about: 'Only of this tenant', shape: some },
      user: { about: 'Only of this user', shape: some },
      model: { about: 'Only of this model', shape: some },
      key: { about: 'Only of this key', shape: some },
      project: { about: 'Only of this project; empty: of keys without one', shape: some },
    },
    answers: { 200: json('The windows', listOf(usage, { asOf })) },
    problems: [422],
  },
  'GET /v1/invoices': {
    summary: 'Invoices, the largest first',
    tag: 'numbers',
    access: readers,
    query: {
      month: { about: 'Of this month', shape: z.string().regex(/^\d{4}-(0[1-9]|1[0-2])$/) },
      tenant: { about: 'Only of this tenant', shape: some },
      user: { about: 'Only of this user', shape: some },
      limit: { about: 'At most so many, from 1 to 1000; 200', shape: z.string().regex(/^([1-9]\d{0,2}|1000)$/) },
    },
    answers: { 200: json('The invoices', listOf(invoice, { asOf })) },
  },
  'GET /v1/popularity': {
    summary: 'Models by how much they are asked for in the hour up to the next five minutes',
    tag: 'numbers',
    access: readers,
    query: { tenant: { about: 'Only by this tenant', shape: some }, at: { about: 'ms since 1970; the hour that was the last one then', shape: digits } },
    answers: { 200: json('The models, the most popular first', listOf(popular, { window: z.looseObject({ start: z.int(), end: z.int() }), asOf })) },
  },
  'GET /v1/conversations': {
    summary: 'Conversations of users, the one with the newest call first',
    tag: 'numbers',
    access: readers,
    query: { tenant: { about: 'Only of this tenant', shape: some }, user: { about: 'Only of this user', shape: some }, limit: { about: 'At most so many, from 1 to 1000; 100', shape: z.string().regex(/^([1-9]\d{0,2}|1000)$/) } },
    answers: { 200: json('The conversations', listOf(conversation, { among: count, asOf })) },
  },
  'POST /v1/events': {
    summary: 'Usage measured elsewhere, as CloudEvents 1.0',
    tag: 'numbers',
    access: 'A key with the scope `ingest`.',
    body: { types: ['application/cloudevents+json', 'application/json', 'application/cloudevents-batch+json', 'application/x-ndjson'], shape: z.union([event, z.array(event)]) },
    answers: { 200: json('All is durable, and counts', taken), 207: json('Some is not: it says which, and why', taken) },
    problems: [409, 429],
  },
};
