import { join } from 'node:path';
import type { Model } from '../domain/model-catalog.ts';
import { epochMs, modelId, tenantId } from '../domain/names.ts';
import type { Driver, Reached } from '../fleet/driver.ts';
import { externalDriver } from '../fleet/external-driver.ts';
import type { Scaling } from '../fleet/scaling.ts';
import { processDriver } from '../fleet/process-driver.ts';
import { ConfigProblem } from './config/config-problem.ts';
import type { ConfiguredScale, ExternalModel, ProcessModel } from './config/config-schema.ts';
import type { ConfigFile } from './config/read-config.ts';
import { secretValue } from './config/secret-value.ts';

/** A model that is served, and by what. */
export type ServedModel = {
  readonly model: Model;
  /** Undefined: it is simulated. */
  readonly driver: Driver | undefined;
  /** Undefined: as many as there are of every simulated model. */
  readonly replicas: number | undefined;
  /** How many GPUs each replica occupies. */
  readonly gpus: number;
  /** Undefined: there are always as many. */
  readonly scale?: Omit<Scaling, 'min'> | undefined;
};

/** Synthetic demand is for simulated models: elsewhere it would cost somebody a GPU. A tenant's own is not there for others. */
export const takesDemand = ({ driver, model }: ServedModel): boolean => driver === undefined && model.owner === 'operator';

export type Surroundings = {
  readonly environment: NodeJS.ProcessEnv;
  /** What replicas print is kept there. */
  readonly logFolder: string;
};

/** The models of a configuration, each with what starts its replicas. Fails where a secret is missing. */
export function servedModels(file: ConfigFile, { environment, logFolder }: Surroundings): readonly ServedModel[] {
  return file.config.models.map((one, index) => {
    const where = { folder: file.folder, environment };
    const { gpus } = one;
    const model: Model = {
      id: modelId(one.id),
      owner: one.tenant === undefined ? 'operator' : tenantId(one.tenant),
      createdAt: epochMs(Math.trunc(file.changedAt.getTime())),
      description: one.description ?? '',
      ...(one.callsAtOnce !== undefined && { callsAtOnce: one.callsAtOnce }),
      ...(one.contextTokens !== undefined && { contextTokens: one.contextTokens }),
      ...(one.outputTokens !== undefined && { outputTokensDefault: one.outputTokens }),
    };
    if (one.driver === 'simulated') return { model, driver: undefined, replicas: one.replicas, gpus, scale: scaleOf(one.scale) };
    const reached = reachedBy(one, `models[${index}].key`, where);
    if (one.driver === 'external') return { model, driver: externalDriver({ ...reached, origins: one.addresses.map((address) => new URL(address).origin) }), replicas: one.addresses.length, gpus };
    if (process.platform === 'win32') throw new ConfigProblem('CONFIG_INVALID', `models[${index}].driver: commands are run and ended as process groups, which Windows does not have`, 'Run Emily on Linux or macOS, or start the replicas yourself and name them as external.');
    const driver = processDriver({
      ...reached,
      command: one.command,
      environment: environmentOf(one, `models[${index}].environment`, where),
      folder: file.folder,
      logFolder: join(logFolder, 'replicas'),
      startMsMax: one.startSeconds * 1_000,
    });
    return { model, driver, replicas: one.replicas, gpus, scale: scaleOf(one.scale) };
  });
}

const scaleOf = (scale: ConfiguredScale | undefined): Omit<Scaling, 'min'> | undefined =>
  scale && { max: scale.max, callsPerReplica: scale.callsPerReplica, upAfterMs: scale.upSeconds * 1_000, downAfterMs: scale.downSeconds * 1_000 };

/** How many replicas a model has, or between how many. */
export function countOf({ replicas, scale }: Pick<ServedModel, 'replicas' | 'scale'>, usual: number): number | Scaling {
  const min = replicas ?? usual;
  return scale === undefined ? min : { ...scale, min, max: Math.max(min, scale.max) };
}

type Where = { readonly folder: string; readonly environment: NodeJS.ProcessEnv };

function reachedBy({ health, key }: ExternalModel | ProcessModel, place: string, where: Where): Reached {
  return { healthPath: health, ...(key !== undefined && { headers: { authorization: `Bearer ${secretValue(key, place, where)}` } }) };
}

/** What most programs need to find themselves; all else of Emily's environment may be secret. */
const passedOn = ['PATH', 'HOME', 'LANG', 'TMPDIR'];

function environmentOf({ environment }: ProcessModel, place: string, where: Where): Readonly<Record<string, string>> {
  const usual = passedOn.flatMap((name) => (where.environment[name] === undefined ? [] : [[name, where.environment[name]] as const]));
  const own = Object.entries(environment).map(([name, value]) => [name, typeof value === 'string' ? value : secretValue(value, `${place}.${name}`, where)] as const);
  return Object.fromEntries([...usual, ...own]);
}
