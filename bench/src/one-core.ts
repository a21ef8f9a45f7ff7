import { spawnSync } from 'node:child_process';
import { readFileSync } from 'node:fs';

/**
 * The core that all measured processes share, or nothing where processes cannot be pinned.
 *
 * The last one this process may use: the first is where a system tends to do its own work.
 */
export function oneCore(): number | undefined {
  const core = lastAllowedCore();
  if (core === undefined) return undefined;
  return spawnSync('taskset', ['-c', `${core}`, 'true']).status === 0 ? core : undefined;
}

function lastAllowedCore(): number | undefined {
  let status: string;
  try {
    status = readFileSync('/proc/self/status', 'utf8');
  } catch {
    return undefined; // not Linux, so no taskset either
  }
  const last = /^Cpus_allowed_list:.*?(\d+)$/m.exec(status)?.[1];
  return last === undefined ? undefined : Number(last);
}
