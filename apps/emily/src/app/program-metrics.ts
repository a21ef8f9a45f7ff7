import { tracingChannel } from 'node:diagnostics_channel';
import type { Program, Status } from 'millrace';
import { Counter, Gauge, Histogram, type Registry } from 'prom-client';

const COMMIT_SECONDS = [0.001, 0.002, 0.005, 0.01, 0.02, 0.05, 0.1, 0.5, 2];

/** Shows where a program stands, as of the moment at which that is asked; what is returned ends it. */
export function programMetrics(program: Pick<Program, 'status'>, pipeline: string, registry: Registry, now: () => number): () => void {
  const gauge = (name: string, help: string, of: (status: Status) => number): void => {
    const one: Gauge = new Gauge({ name, help, registers: [registry], collect: () => one.set(of(program.status())) });
  };
  gauge('emily_commits', 'The number of the last commit of the store.', ({ commit }) => commit);
  gauge('emily_holds', 'What waits for a person.', ({ holds }) => holds.length);
  gauge('emily_bad_records', 'Records that were set aside since the beginning.', ({ bad }) => bad);
  gauge('emily_store_full', '1 while the store has no room: nothing is acknowledged then.', ({ full }) => (full === undefined ? 0 : 1));
  const ofSource = (name: string, help: string, of: (partitions: Status['sources'][string]) => number | undefined): void => {
    const one: Gauge<'source'> = new Gauge({
      name,
      help,
      labelNames: ['source'],
      registers: [registry],
      collect: () => {
        one.reset();
        for (const [source, partitions] of Object.entries(program.status().sources)) {
          const value = of(partitions);
          if (value !== undefined) one.set({ source }, value);
        }
      },
    });
  };
  ofSource('emily_source_records', 'Records that were read since the beginning.', (partitions) => partitions.reduce((sum, { records }) => sum + records, 0));
  ofSource('emily_source_behind_seconds', 'How far the frontier of a source, up to which it is complete, is behind the clock; none before its first event.', (partitions) => {
    const frontier = Math.min(...partitions.map((one) => one.frontier));
    return frontier === -1 || frontier === Number.POSITIVE_INFINITY ? undefined : Math.max(0, now() - frontier) / 1_000;
  });
  return commitMetrics(pipeline, registry);
}

function commitMetrics(pipeline: string, registry: Registry): () => void {
  const seconds = new Histogram({ name: 'emily_commit_seconds', help: 'How long a commit took, in which nothing else is done.', buckets: COMMIT_SECONDS, registers: [registry] });
  const failed = new Counter({ name: 'emily_commits_failed_total', help: 'Commits that did not happen.', registers: [registry] });
  const channel = tracingChannel<string, { readonly pipeline: string }>('millrace.commit');
  let began = Number.NaN;
  const isOurs = (of: unknown): boolean => (of as { readonly pipeline: string }).pipeline === pipeline;
  const start = (of: unknown): void => {
    if (isOurs(of)) began = performance.now();
  };
  const end = (of: unknown): void => {
    if (isOurs(of)) seconds.observe((performance.now() - began) / 1_000);
  };
  const error = (of: unknown): void => {
    if (isOurs(of)) failed.inc();
  };
  channel.start.subscribe(start);
  channel.end.subscribe(end);
  channel.error.subscribe(error);
  return () => {
    channel.start.unsubscribe(start);
    channel.end.unsubscribe(end);
    channel.error.unsubscribe(error);
  };
}
