/* What the page of the fleet says. */
export const fleetStrings = {
  sections: { gpu: 'GPU time this month', replicas: 'Replicas', left: 'Replicas that have left' },
  columns: { replica: 'Replica', model: 'Model', owner: 'Owner', state: 'State', outstanding: 'In flight', gpus: 'GPUs', registered: 'Registered', beat: 'Last beat', time: 'Its GPU time', reason: 'Why' },
  states: { starting: 'starting', ready: 'ready', unhealthy: 'unhealthy', draining: 'draining', down: 'down' },
  unregistered: 'not registered yet',
  operator: 'operator',
  unsaid: 'not said',
  none: 'No replica is there. Models and how they are run are named in the configuration.',
  noneLeft: 'None has left.',
  asking: 'Asking…',
  waiting: (calls: string, model: string): string => `${calls} ${calls === '1' ? 'call waits' : 'calls wait'} for ${model}: all of its replicas are busy`,
  ready: (ready: string, all: string): string => `${ready} of ${all} ready`,
  gpu: {
    parts: { setup: 'set-up', active: 'active', idle: 'idle', unknown: 'unknown' },
    /** What each part is, for who hovers. */
    explained: {
      setup: 'until the replica was ready, at its start',
      active: 'while it answered calls, shared among them by the work of each',
      idle: 'ready, with nothing to answer',
      unknown: 'its beats were too far apart, or nobody says whose the work was; never billed',
    },
    activeOf: (tenant: string): string => `active for ${tenant}`,
    others: (count: number): string => (count === 1 ? 'active for 1 other' : `active for ${count} others`),
    nobody: 'nobody named',
    columns: { part: 'Part', tenant: 'Tenant', hours: 'GPU hours', ms: 'GPU ms', share: 'Share' },
    bar: (parts: string): string => `GPU time: ${parts}`,
    whole: 'The whole: time between beats × GPUs',
    model: 'Model',
    allModels: 'all',
    none: 'No replica has counted any GPU time yet this month.',
  },
} as const;
