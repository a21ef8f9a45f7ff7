import { spawnSync } from 'node:child_process';
import { readFileSync } from 'node:fs';

/**
 * The core that all measured processes share, or nothing where processes cannot be pinned.
 *
 * The last one this process may use: the first is where a system tends to do its own work.
 */
export function oneCore(): number | undefined {
  const core = allowedCores().at(-1);
  if (core === undefined) return undefined;
  return spawnSync('taskset', ['-c', `${core}`, 'true']).status === 0 ? core : undefined;
}

/** All cores but that one; empty where there are no others, or processes cannot be pinned. */
export function otherCores(core: number | undefined): readonly number[] {
  return core === undefined ? [] : allowedCores().filter((other) => other !== core);
}

function allowedCores(): readonly number[] {
  let status: string;
  try {
    status = readFileSync('/proc/self/status', 'utf8');
  } catch {
    return []; // not Linux, so no taskset either
  }
  const list = /^Cpus_allowed_list:\s*(\S+)$/m.exec(status)?.[1] ?? '';
  return list.split(',').flatMap((range) => {
    const [first, last = first] = range.split('-').map(Number) as [number, number?];
    return Array.from({ length: last - first + 1 }, (_, i) => first + i);
  });
}
