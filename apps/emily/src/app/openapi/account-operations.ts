import { z } from 'zod';
import { json, jsonBody, type Operation, type Parameter } from './operation.ts';
import { count, listOf, name, ofTenant, role, text, time, timeSent } from './shapes.ts';

const administrators = 'The operator, and administrators of a tenant for their own: a key with the scope `admin`, or a session.';
const everybodyThere = 'Whoever is signed in, and keys with the scope `admin`.';

const tenant = z.looseObject({ id: z.string(), name: z.string(), createdAt: time });
const project = z.looseObject({ id: z.string(), tenant: z.string(), name: z.string(), createdAt: time, closedAt: time.nullable() });
const scope = z.enum(['infer', 'ingest', 'read', 'admin']);
const key = z.looseObject({
  id: z.string(),
  tenant: z.string(),
  user: z.string().nullish(),
  project: z.string().nullish(),
  name: z.string(),
  scopes: z.array(scope),
  createdAt: time,
  expiresAt: time.nullable(),
  revokedAt: time.nullable(),
});
const perMinute = z.int().min(1).max(1_000_000_000).nullable();
const limits = { requestsPerMinute: perMinute, tokensPerMinute: perMinute };
const madeKey = key.extend({ key: z.string().describe('the text of the key: here, and nowhere else') });
const user = z.looseObject({ id: z.string(), tenant: z.string().nullable(), name: z.string().nullish(), role, createdAt: time, removedAt: time.nullable(), erasedAt: time.nullable(), hasPassword: z.boolean() });
const link = z.looseObject({ path: z.string().describe('signs in once'), expiresAt: time });
const act = z.looseObject({ number: count, at: time, act: z.string(), by: z.string().optional(), chain: z.string().nullish() });

const idOf = (what: string): Parameter => ({ about: `The id of a ${what}`, shape: z.string().min(1) });

export const accountOperations: Readonly<Record<string, Operation>> = {
  'GET /v1/tenants': { summary: 'All tenants', tag: 'accounts', access: 'Those of the house.', answers: { 200: json('The tenants', listOf(tenant)) } },
  'POST /v1/tenants': {
    summary: 'Make a tenant; the same once more changes nothing',
    tag: 'accounts',
    access: 'The operator.',
    body: jsonBody(z.strictObject({ id: name, name: text })),
    answers: { 201: json('The tenant', tenant) },
    problems: [409],
  },
  'GET /v1/projects': { summary: 'Projects, the parts of a tenant’s work', tag: 'accounts', access: everybodyThere, query: ofTenant, answers: { 200: json('The projects', listOf(project)) }, problems: [404] },
  'POST /v1/projects': {
    summary: 'Make a project; the same once more changes nothing',
    tag: 'accounts',
    access: administrators,
    body: jsonBody(z.strictObject({ id: name, name: text, tenant: name.optional() })),
    answers: { 201: json('The project', project) },
    problems: [404, 409],
  },
  'POST /v1/projects/:id/close': {
    summary: 'Close a project; its keys are revoked',
    tag: 'accounts',
    access: administrators,
    id: idOf('project'),
    body: { ...jsonBody(z.strictObject({ tenant: name.optional() })), optional: true },
    answers: { 200: json('The project', project) },
    problems: [404, 409],
  },
  'GET /v1/users': { summary: 'Users, who sign in to the console', tag: 'accounts', access: everybodyThere, query: ofTenant, answers: { 200: json('The users', listOf(user)) }, problems: [404] },
  'POST /v1/users': {
    summary: 'Make a user, who comes with a link to sign in by',
    tag: 'accounts',
    access: administrators,
    body: jsonBody(z.strictObject({ name: text, role, tenant: name.optional() })),
    answers: { 201: json('The user, and the link', user.extend({ link })) },
    problems: [404, 409],
  },
  'POST /v1/users/:id/role': { summary: 'Give a user another role', tag: 'accounts', access: administrators, id: idOf('user'), body: jsonBody(z.strictObject({ role })), answers: { 200: json('The user', user) }, problems: [404, 409] },
  'POST /v1/users/:id/link': { summary: 'A link that signs a user in, once', tag: 'accounts', access: administrators, id: idOf('user'), answers: { 201: json('The user, and the link', user.extend({ link })) }, problems: [404, 409] },
  'POST /v1/users/:id/remove': { summary: 'End a user’s sessions, and let them in no more', tag: 'accounts', access: administrators, id: idOf('user'), answers: { 200: json('The user', user) }, problems: [404, 409] },
  'POST /v1/users/:id/erase': { summary: 'Forget a user’s name and password for good', tag: 'accounts', access: administrators, id: idOf('user'), answers: { 200: json('The user', user) }, problems: [404, 409] },
  'POST /v1/sign-in-links': {
    summary: 'A link that signs somebody in, once',
    tag: 'accounts',
    access: administrators,
    body: jsonBody(z.strictObject({ role, tenant: name.optional() })),
    answers: { 201: json('The link', link.extend({ tenant: z.string().nullable(), role })) },
    problems: [404],
  },
  'GET /v1/keys': { summary: 'Keys, without their texts', tag: 'accounts', access: everybodyThere, query: ofTenant, answers: { 200: json('The keys', listOf(key.extend(limits))) }, problems: [404] },
  'POST /v1/keys': {
    summary: 'Make a key; its text is in this answer only',
    tag: 'accounts',
    access: administrators,
    body: jsonBody(z.strictObject({ tenant: name.optional(), name: text, scopes: z.array(scope).min(1).meta({ uniqueItems: true }), user: text.nullish(), project: name.nullish(), expiresAt: timeSent.nullish() })),
    answers: { 201: json('The key', madeKey) },
    problems: [404, 409],
  },
  'POST /v1/keys/:id/rotate': {
    summary: 'Make a key in the place of another, which stays good for a while',
    tag: 'accounts',
    access: administrators,
    id: idOf('key'),
    body: { ...jsonBody(z.strictObject({ overlapMinutes: z.int().min(0).max(43_200).optional() })), optional: true },
    answers: { 201: json('The new key', madeKey) },
    problems: [404, 409],
  },
  'POST /v1/keys/:id/limits': {
    summary: 'How often a key may ask, and for how many tokens; null or left out: as it likes',
    tag: 'accounts',
    access: administrators,
    id: idOf('key'),
    body: jsonBody(z.strictObject({ requestsPerMinute: perMinute.optional(), tokensPerMinute: perMinute.optional() })),
    answers: { 200: json('The key', key.extend(limits)) },
    problems: [404],
  },
  'POST /v1/keys/:id/revoke': { summary: 'Revoke a key', tag: 'accounts', access: administrators, id: idOf('key'), answers: { 200: json('The key', key) }, problems: [404, 409] },
  'GET /v1/audit': {
    summary: 'What was decided, by whom and when, in its order',
    tag: 'accounts',
    access: 'The operator and auditors; administrators of a tenant for their own.',
    query: { ...ofTenant, from: { about: 'The number of the first act', shape: z.string().regex(/^(0|[1-9]\d{0,14})$/) } },
    answers: { 200: json('Acts; `next` is where the rest begins', listOf(act, { next: count.nullable(), head: z.string().nullish() })) },
  },
};
