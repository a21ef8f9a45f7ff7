import { clockSteps } from './clock-steps.ts';
import { cutConnections } from './cut-connections.ts';
import { failedSync } from './failed-sync.ts';
import { fullDisk } from './full-disk.ts';
import { killed } from './killed.ts';
import { readers } from './readers.ts';
import type { Fault } from './round.ts';
import { stopped } from './stopped.ts';

/** What goes wrong with a real process: by its name, and how many rounds a store gets, which grows with them. */
export const processFaults: Readonly<Record<string, { readonly fault: Fault; readonly aStore: number }>> = {
  kill: { fault: killed, aStore: 100 },
  stop: { fault: stopped, aStore: 100 },
  full: { fault: fullDisk, aStore: 50 },
  sync: { fault: failedSync, aStore: 50 },
  clock: { fault: clockSteps, aStore: 200 },
  read: { fault: readers, aStore: 100 },
  cut: { fault: cutConnections, aStore: 200 },
};
