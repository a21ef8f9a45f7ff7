import { z } from 'zod';
import { json, jsonBody, type Operation } from './operation.ts';
import { asOf, count, decimal, listOf, name, ofTenant, text, time } from './shapes.ts';

const readers = 'Those of the house; of a tenant whoever is signed in, and keys with the scope `read` or `admin`.';
const administrators = 'The operator, and administrators of a tenant for their own.';
/** As it is sent: twelve decimals are all there are. */
const amount = z.string().regex(/^(0|[1-9]\d{0,14})(\.\d{1,12})?$/);

const budget = z.looseObject({
  tenant: z.string(),
  id: z.string(),
  of: z.enum(['organisation', 'project', 'key', 'user']),
  period: z.enum(['day', 'month', 'total']),
  kind: z.enum(['hard', 'soft', 'credit']),
  limit: decimal,
  currency: z.string(),
  setBy: z.enum(['operator', 'tenant']),
  setAt: time,
  current: z.looseObject({ period: z.string(), spent: decimal, reserved: decimal, left: decimal }),
  alerts: z.array(z.looseObject({ percent: count, limit: decimal, at: time })),
});

/** Of the organisation, unless it says of what. */
const wish = { tenant: name.optional(), id: name, period: z.enum(['day', 'month', 'total']), kind: z.enum(['hard', 'soft']), limit: amount };

const writeOff = z.looseObject({ tenant: z.string(), at: time, charged: decimal, writtenOff: decimal, currency: z.string() });

export const budgetOperations: Readonly<Record<string, Operation>> = {
  'GET /v1/budgets': { summary: 'Budgets, and where they stand', tag: 'budgets', access: readers, query: ofTenant, answers: { 200: json('The budgets', listOf(budget)) }, problems: [404] },
  'POST /v1/budgets': {
    summary: 'Set a budget of the organisation, or of one project, key or user',
    tag: 'budgets',
    access: administrators,
    body: jsonBody(z.union([z.strictObject(wish), z.strictObject({ ...wish, project: name }), z.strictObject({ ...wish, key: text }), z.strictObject({ ...wish, user: text })])),
    answers: { 200: json('The budget', budget) },
    problems: [404, 409],
  },
  'POST /v1/budgets/remove': {
    summary: 'Remove a budget',
    tag: 'budgets',
    access: administrators,
    body: jsonBody(z.strictObject({ tenant: name.optional(), id: name })),
    answers: { 200: json('It is removed', z.looseObject({ tenant: z.string(), id: z.string(), removed: z.literal(true) })) },
    problems: [404, 409],
  },
  'POST /v1/credit': {
    summary: 'Record what was paid before; the same reference once more adds nothing',
    tag: 'budgets',
    access: 'The operator and finance.',
    body: jsonBody(z.strictObject({ tenant: name, amount, reference: text })),
    answers: { 200: json('The credit', budget) },
    problems: [404, 409],
  },
  'GET /v1/write-offs': { summary: 'What calls cost beyond their budgets, and nobody pays', tag: 'budgets', access: readers, query: ofTenant, answers: { 200: json('The newest, and how many there are', listOf(writeOff, { count, asOf })) }, problems: [404] },
};
