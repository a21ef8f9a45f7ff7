import type { ModelId } from '../domain/names.ts';
import type { Driver } from './driver.ts';

/** One driver made of several: each model is started by its own. */
export function driverByModel(drivers: ReadonlyMap<ModelId, Driver>): Driver {
  return {
    start: async (model, slot, signal) => {
      const driver = drivers.get(model);
      if (driver === undefined) throw new Error(`no driver starts ${model}`);
      return driver.start(model, slot, signal);
    },
  };
}
