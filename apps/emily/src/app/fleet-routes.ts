import type { FastifyPluginAsync } from 'fastify';
import type { Program, Row } from 'millrace';
import type { Boot } from '../fleet/boot-time.ts';
import { recounted, type Generated } from '../fleet/generated-tokens.ts';
import type { GpuKey } from '../fleet/gpu-usage.ts';
import type { ModelId } from '../domain/names.ts';
import type { ReplicaState } from '../fleet/slot.ts';
import type { Access } from './access.ts';
import { asOf } from './as-of.ts';
import type { EmilyTables } from './program.ts';
import { plainNumber, questionOf } from './question.ts';
import { badParameter, refuse } from './refuse.ts';

export type FleetRouteOptions = {
  readonly program: Program<EmilyTables>;
  readonly access: Access;
  readonly replicas: () => readonly ReplicaState[];
  /** How many calls wait for a replica, by model. */
  readonly waiting: () => ReadonlyMap<ModelId, number>;
};

/** Of boots that have left, so many of the newest are told. */
const LEFT_SHOWN_MAX = 100;
const windows: readonly string[] = ['minute', 'month'];
const aTime = 'whole ms since 1970 in plain digits';

/**
 * `GET /v1/fleet`: the replicas as they are now, with what their time came to, and those that have left. To a tenant
 * those of its own models. `GET /v1/gpu-time`: GPU milliseconds by window, tenant, user, key, model and state.
 */
export const fleetRoutes = ({ program, access, replicas, waiting }: FleetRouteOptions): FastifyPluginAsync => async (app) => {
  app.get('/v1/fleet', async (request, reply) => {
    const viewer = await access.reader(request, reply);
    if (viewer === undefined || questionOf(request.query, [], reply) === undefined) return reply;
    const known = asOf(program);
    // Both are asked before either is waited for, so that they answer as of the same commit.
    const [all, made] = await Promise.all([program.tables.boots.scan(), program.tables.generated.scan()]);
    const generated = new Map(made.map(({ key, value }) => [key, value]));
    const boots = all.filter(({ value }) => viewer.of === undefined || value.owner === viewer.of);
    const now = new Map(replicas().map((one) => [one.id, one]));
    const left = boots.filter(({ key }) => !now.has(key)).sort((a, b) => b.value.lastAt - a.value.lastAt);
    const byId = new Map(boots.map(({ key, value }) => [key, value]));
    // One that has not registered yet has a place and no time; whose it is only the operator has to know.
    const seen = [...now.values()].filter(({ id }) => viewer.of === undefined || byId.has(id));
    return {
      data: seen.map(({ id, model, state, outstanding }) => ({ replica: id, model, state, outstanding, ...told(byId.get(id), generated.get(id)) })),
      // How many others wait is the operator's business, but for models of one's own.
      waiting: [...waiting()].filter(([model]) => viewer.of === undefined || seen.some((one) => one.model === model)).map(([model, calls]) => ({ model, calls })),
      left: left.slice(0, LEFT_SHOWN_MAX).map(({ key, value }) => ({ replica: key, model: value.model, reason: value.reason, ...told(value, generated.get(key)) })),
      asOf: known,
    };
  });

  app.get('/v1/gpu-time', async (request, reply) => {
    const viewer = await access.reader(request, reply);
    if (viewer === undefined) return reply;
    const question = questionOf(request.query, ['window', 'from', 'to', 'tenant', 'model'], reply);
    if (question === undefined) return reply;
    const { window = 'month', from = '0', to = String(Number.MAX_SAFE_INTEGER), tenant, model } = question;
    if (!windows.includes(window)) return refuse(reply, badParameter('window', `one of ${windows.join(', ')}`, window));
    const [start, end] = [plainNumber(from), plainNumber(to)];
    if (start === undefined) return refuse(reply, badParameter('from', aTime, from));
    if (end === undefined) return refuse(reply, badParameter('to', aTime, to));
    const known = asOf(program);
    const { gpuPerMinute, gpuPerMonth } = program.tables;
    const rows = await (window === 'minute' ? gpuPerMinute : gpuPerMonth).scan(
      ({ key, window: of }: Row<GpuKey, number>) =>
        of !== undefined && of.end > start && of.start < end && (viewer.of ?? key.tenant) === key.tenant && (tenant ?? key.tenant) === key.tenant && (model ?? key.model) === key.model,
    );
    return {
      data: rows.map(({ key, window: of, value, finality, evidence }) => ({ window: of, ...key, gpuMs: value, finality, evidence: finality === 'final' ? evidence : [] })),
      asOf: known,
    };
  });
};

function told(boot: Boot | undefined, generated: Generated | undefined): object {
  if (boot === undefined) return { registeredAt: null };
  const { owner, gpus, registeredAt, lastAt, clockMs, setupMs, activeMs, idleMs, unknownMs, engine } = boot;
  return { owner, gpus, registeredAt, lastBeatAt: lastAt, clockMs, gpuMs: { setup: setupMs, active: activeMs, idle: idleMs, unknown: unknownMs }, engine, generatedTokens: recounted(generated, boot) };
}
