import type { ContentsSummary } from './contents.ts';
import type { LogSummary } from './log-contents.ts';
import type { SinkSummary } from './sink-contents.ts';
import type { StateSummary } from './state-blocks-contents.ts';
import type { Survey } from './survey.ts';
import { type EvidenceName, evidenceNames } from '../time/evidence.ts';

/** What is in a store, as `millrace inspect --json` says it. */
export interface Inspected {
  readonly path: string;
  /** Null: it is not the store of a program, or its meta cannot be read. */
  readonly program: string | null;
  readonly commit: number | null;
  readonly format: number | null;
  readonly epoch: number;
  readonly size: { readonly bytes: number; readonly pageBytes: number; readonly pages: number; readonly freePages: number } | null;
  readonly sources: readonly { readonly name: string; readonly signature: string; readonly partitions: readonly InspectedPartition[] }[];
  readonly states: readonly StateSummary[];
  readonly logs: readonly LogSummary[];
  readonly sinks: readonly SinkSummary[];
  /** Null: it is not the journal of a producer. */
  readonly producer: NonNullable<ContentsSummary['journal']> | null;
  /** Null: it cannot be taken back to an earlier commit. */
  readonly rewind: NonNullable<ContentsSummary['rewind']> | null;
  readonly blocks: number;
}

export interface InspectedPartition {
  readonly partition: number;
  /** How many records have been taken. */
  readonly records: number;
  /** Where it reads on: what that is, is up to the source. */
  readonly cursor: unknown;
  /** In ms since the Unix epoch; null: the end of time. */
  readonly frontier: number | null;
  readonly evidence: readonly EvidenceName[];
  readonly ended: boolean;
  /** How many of the records were set aside. */
  readonly bad: number;
}

export function inspected(path: string, { contents, pages }: Survey): Inspected {
  const meta = contents?.meta;
  return {
    path,
    program: meta?.pipeline ?? null,
    commit: meta?.commit ?? null,
    format: meta?.format ?? null,
    epoch: contents?.epoch ?? 0,
    size: pages === undefined ? null : { bytes: pages.sizeBytes, pageBytes: pages.pageBytes, pages: pages.pages, freePages: pages.freePages },
    sources: Object.entries(meta?.sources ?? {}).map(([name, { signature, partitions }]) => ({
      name,
      signature,
      partitions: partitions.map(({ offset, cursor, frontier, evidence, ended, bad }, partition) => ({ partition, records: offset, cursor, frontier, evidence: evidenceNames(evidence), ended, bad })),
    })),
    states: contents?.states ?? [],
    logs: contents?.logs ?? [],
    sinks: contents?.sinks ?? [],
    producer: contents?.journal ?? null,
    rewind: contents?.rewind ?? null,
    blocks: contents?.blocks ?? 0,
  };
}
