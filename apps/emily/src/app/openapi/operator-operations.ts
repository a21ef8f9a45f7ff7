import { z } from 'zod';
import { json, jsonBody, type Operation } from './operation.ts';
import { asOf, count, decimal, digits, epochMs, evidence, finality, line, listOf, text } from './shapes.ts';

const house = 'Those of the house.';
/** Why, in one line. */
const reason = z.string().regex(line).max(500);
const hold = z.looseObject({ id: z.int().min(1), reason: z.unknown(), since: z.number(), choices: z.array(z.unknown()) });
const decided = z.looseObject({ choice: z.string(), by: z.string(), reason: z.string() });
const unended = z.looseObject({ admittedAt: epochMs, user: z.string(), model: z.string(), gateway: z.string(), timedOut: z.boolean() });

const outcome = z.enum(['open', 'completed', 'cancelled', 'failed', 'lost', 'refused']);
const request = z.looseObject({ id: z.string(), admittedAt: epochMs, tenant: z.string().nullable(), outcome, amount: decimal.nullable(), currency: z.string() });

const readers = 'Those of the house; of a tenant whoever is signed in, and keys with the scope `read` or `admin`.';
const gpuMs = z.looseObject({ setup: count, active: count, idle: count, unknown: count }).optional();
const replica = z.looseObject({ replica: z.string(), model: z.string(), owner: z.string().optional(), gpus: count.optional(), gpuMs });
const gpuTime = z.looseObject({
  window: z.looseObject({ start: epochMs, end: epochMs }),
  tenant: z.string(),
  user: z.string(),
  key: z.string(),
  model: z.string(),
  state: z.enum(['setup', 'active', 'idle', 'unknown']),
  gpuMs: count,
  finality,
  evidence,
});

export const operatorOperations: Readonly<Record<string, Operation>> = {
  'GET /v1/holds': { summary: 'What waits for a person, and what was decided last', tag: 'operation', access: house, answers: { 200: json('The holds', listOf(hold, { decided: z.array(decided), asOf })) } },
  'POST /v1/holds/:id': {
    summary: 'Decide about a hold',
    tag: 'operation',
    access: 'The operator.',
    id: { about: 'The number of a hold', shape: z.string().regex(/^[1-9]\d{0,14}$/) },
    body: jsonBody(z.strictObject({ choice: z.string(), by: text, reason })),
    answers: { 200: json('What was decided', z.looseObject({})) },
    problems: [404, 409],
  },
  'GET /v1/missing': { summary: 'What gateways have numbered, and has not come', tag: 'operation', access: house, answers: { 200: json('What is missing', listOf(z.looseObject({}), { asOf })) } },
  'GET /v1/unended': { summary: 'Calls that have no end, and ends that came later', tag: 'operation', access: house, answers: { 200: json('The last of them, and how many there are', listOf(unended, { count, asOf })) } },
  'GET /v1/requests': {
    summary: 'The newest requests',
    tag: 'operation',
    access: house,
    query: {
      tenant: { about: 'Only of this tenant', shape: z.string() },
      model: { about: 'Only of this model', shape: z.string() },
      outcome: { about: 'Only those that ended so', shape: outcome },
      key: { about: 'Only with this key', shape: z.string() },
      user: { about: 'Only of this user', shape: z.string() },
      limit: { about: 'The most that are told', shape: z.string().regex(/^([1-9]\d{0,2}|1000)$/) },
    },
    answers: { 200: json('The requests, the newest first; `among`: how many there were to choose from', listOf(request, { among: count, asOf })) },
  },
  'GET /v1/requests/:id': {
    summary: 'What became of one request: its facts, its price, and where it is counted',
    tag: 'operation',
    access: readers,
    id: { about: 'The id of a request, as `x-request-id` has it', shape: z.string().min(1) },
    answers: { 200: json('The request', z.looseObject({ request, facts: z.array(z.looseObject({ producer: z.string(), epoch: count, sequence: count, kind: z.string(), at: epochMs })), windows: z.array(z.looseObject({})), asOf })) },
    problems: [404],
  },
  'GET /v1/fleet': { summary: 'Replicas as they are, those that have left, and what their time came to', tag: 'operation', access: readers, answers: { 200: json('The replicas', listOf(replica, { waiting: z.array(z.looseObject({ model: z.string(), calls: count })), left: z.array(replica), asOf })) } },
  'GET /v1/gpu-time': {
    summary: 'GPU time by window, tenant, user, key, model and state',
    tag: 'operation',
    access: readers,
    query: {
      window: { about: 'How long the windows are', shape: z.enum(['minute', 'month']) },
      from: { about: 'ms since 1970; windows that end later', shape: digits },
      to: { about: 'ms since 1970; windows that begin earlier', shape: digits },
      tenant: { about: 'Only of this tenant', shape: z.string() },
      model: { about: 'Only of this model', shape: z.string() },
    },
    answers: { 200: json('The windows', listOf(gpuTime, { asOf })) },
  },
  'GET /metrics': { summary: 'Metrics for Prometheus', tag: 'operation', access: house, answers: { 200: { about: 'The metrics', content: { 'text/plain': 'text' } } } },
  'GET /health': { summary: 'Whether calls can be recorded, and so served', tag: 'operation', answers: { 200: json('They can', z.looseObject({ status: z.literal('ok') })), 503: json('They cannot', z.looseObject({ status: z.literal('unavailable') })) } },
  'GET /openapi.json': { summary: 'This document', tag: 'operation', answers: { 200: json('The document', z.looseObject({ openapi: z.string() })) } },
};
