import { homedir } from 'node:os';
import { join } from 'node:path';

/** Where what can be fetched again is kept for a user: the engine and the weights. */
export function cacheFolder(environment: NodeJS.ProcessEnv, platform: NodeJS.Platform = process.platform, home: string = homedir()): string {
  const named = environment['XDG_CACHE_HOME'];
  const caches = named !== undefined && named !== '' ? named : platform === 'darwin' ? join(home, 'Library', 'Caches') : join(home, '.cache');
  return join(caches, 'emily', 'real-model');
}
