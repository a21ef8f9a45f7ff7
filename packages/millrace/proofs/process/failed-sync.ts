import { type Rounds, afflicted, endOf, patiently } from './round.ts';

/** The sync that fails is one of the first so many of a thread: of that of the store, or of that of the sinks' files. */
const SYNC_MAX = 40;
/** What then ends the process, as the store or a sink says it. */
const REASON = /STORE_NOT_WRITABLE|SINK_FAILED[^]*\bEIO\b/;

/**
 * A disk that says EIO when it is to make something durable.
 *
 * Nobody knows what is on it then: nothing more is acknowledged, the process ends and says why, and the next one
 * recovers. The kernel is asked by strace, which counts by
 * thread: so there is one for all files of sinks.
 */
export async function failedSync(seed: number, rounds: number, told: (done: number) => void): Promise<Rounds> {
  return afflicted(seed, async (client, chance) => {
    let inRecovery = 0;
    for (let round = 0; round < rounds; round += 1) {
      const inject = `inject=fdatasync:error=EIO:when=${chance.between(1, SYNC_MAX)}`;
      const through = ['strace', '-f', '-qq', '-o', '/dev/null', '-e', 'trace=fdatasync', '-e', inject];
      const ended = await patiently(client, { through, env: { UV_THREADPOOL_SIZE: '1' } });
      if (ended.code !== 1 || !REASON.test(ended.stderr)) return { rounds: round, counts: { inRecovery }, problems: [endOf(ended)] };
      if (!ended.isUp) inRecovery += 1;
      told(round + 1);
    }
    return { rounds, counts: { inRecovery }, problems: [] };
  });
}
