import { checkGiven, checkMade, checkOptions, checkText, refuse } from '../argument.ts';

/** Refuses what a program cannot be started with: an empty path would put its store into the working directory. */
export function checkRunOptions(options: unknown): void {
  checkGiven('run(options)', options, ['store', 'commit', 'anyTime', 'clock']);
  const { store, commit, anyTime, clock } = options as Readonly<Record<string, unknown>>;
  const folder = "the path of a folder, or a backend such as lmdbBackend('data')";
  if (typeof store === 'string') checkText('run({ store })', store, folder);
  else if (store !== undefined) checkMade('run({ store })', store, ['transact', 'get', 'range', 'close'], folder);
  checkOptions('run({ commit })', commit, ['everyMs', 'everyEvents']);
  if (anyTime !== undefined && typeof anyTime !== 'boolean') refuse('run({ anyTime })', 'true or false', anyTime);
  if (clock !== undefined) checkMade('run({ clock })', clock, ['now', 'monotonic', 'after', 'yield'], 'a clock, such as systemClock');
}
