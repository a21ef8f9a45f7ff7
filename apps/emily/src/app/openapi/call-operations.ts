import { z } from 'zod';
import { json, jsonBody, type Answer, type Operation, type Parameter } from './operation.ts';
import { count, listOf } from './shapes.ts';

/*
 * The calls of OpenAI's API: of a body is said what Emily itself reads. All else passes to the engine as it is, and
 * what the engine makes of it passes back.
 */

const infer = 'A key with the scope `infer`.';
const headers: Readonly<Record<string, Parameter>> = {
  'idempotency-key': { about: 'The same call once more is answered as the first time, and is charged once', shape: z.string().regex(/^[!-~]{1,255}$/) },
};
const tokens = z.int().min(0).max(1_000_000).nullish();
const choices = z.int().min(1).max(128).nullish();
const said = { model: z.string().min(1), user: z.string().max(256).nullish(), stream: z.boolean().nullish() };
const message = z.looseObject({ role: z.string() });

const whole = z.looseObject({ model: z.string() });
const answer = (about: string): Answer => ({ about, content: { 'application/json': whole, 'text/event-stream': 'text' } });
/** Of what an engine answers with an error, its status is passed on. */
const problems = [404, 408, 409, 422, 429, 502, 503, 504];
const model = z.looseObject({ id: z.string(), object: z.literal('model'), created: count, owned_by: z.string() });

export const callOperations: Readonly<Record<string, Operation>> = {
  'POST /v1/chat/completions': {
    summary: 'An answer to a conversation',
    tag: 'models',
    access: infer,
    headers,
    body: jsonBody(z.looseObject({ ...said, messages: z.array(message).min(1), max_tokens: tokens, max_completion_tokens: tokens, n: choices })),
    answers: { 200: answer('The answer: whole, or with `stream` in pieces') },
    problems,
  },
  'POST /v1/completions': {
    summary: 'A text goes on',
    tag: 'models',
    access: infer,
    headers,
    body: jsonBody(z.looseObject({ ...said, prompt: z.union([z.string(), z.array(z.string()).min(1)]), max_tokens: tokens, n: choices })),
    answers: { 200: answer('The text: whole, or with `stream` in pieces') },
    problems,
  },
  'POST /v1/responses': {
    summary: 'An answer, in the shape of OpenAI’s responses',
    tag: 'models',
    access: infer,
    headers,
    body: jsonBody(z.looseObject({ ...said, input: z.union([z.string(), z.array(z.looseObject({})).min(1)]), max_output_tokens: tokens, store: z.literal(false).optional() })),
    answers: { 200: answer('The answer: whole, or with `stream` as events') },
    problems,
  },
  'POST /v1/embeddings': {
    summary: 'Numbers for a text',
    tag: 'models',
    access: infer,
    headers,
    body: jsonBody(z.looseObject({ model: said.model, user: said.user, input: z.union([z.string().min(1), z.array(z.string().min(1)).min(1)]), encoding_format: z.enum(['float', 'base64']).optional() })),
    answers: { 200: json('The numbers', whole) },
    problems,
  },
  'GET /v1/models': { summary: 'The models that there are for you', tag: 'models', access: 'A key with the scope `infer` or `read`.', answers: { 200: json('The models', listOf(model)) } },
  'GET /v1/models/*': { summary: 'One model', tag: 'models', access: 'A key with the scope `infer` or `read`.', id: { about: 'The id of a model', shape: z.string().min(1) }, answers: { 200: json('The model', model) }, problems: [404] },
};
