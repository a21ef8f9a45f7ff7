import type { Driver, Reached } from './driver.ts';

export type ExternalReplicas = Reached & {
  /** Where they are, one for each place. */
  readonly origins: readonly string[];
};

/**
 * Replicas that somebody else runs, at addresses that do not change. They are asked whether they are well,
 * and never started or stopped: one that does not answer gets nothing until it does.
 */
export function externalDriver({ origins, ...reached }: ExternalReplicas): Driver {
  return {
    start: async (model, slot) => {
      const origin = origins[slot];
      if (origin === undefined) throw new Error(`${model} has ${origins.length} addresses, and none for place ${slot}`);
      const { promise: gone, resolve } = Promise.withResolvers<string>();
      return { ...reached, origin, isSomebodyElses: true, gone, stop: () => resolve('is no longer used') };
    },
  };
}
