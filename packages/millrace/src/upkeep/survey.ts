import { dirname } from 'node:path';
import { errors } from '../error.ts';
import { StoreReader } from '../port/store-reader.ts';
import type { WalkCounts } from '../port/lmdb-walk.ts';
import { Contents, type ContentsSummary, type Depth } from './contents.ts';
import { type Finding, pageFinding, thrownFinding } from './finding.ts';

/** What is in a store, and what is wrong with it. */
export interface Survey {
  readonly findings: readonly Finding[];
  /** Undefined: the store could not even be opened. */
  readonly contents: ContentsSummary | undefined;
  readonly pages: (WalkCounts & { readonly sizeBytes: number; readonly transaction: number }) | undefined;
}

type Each = (key: Uint8Array, value: Uint8Array) => void;

/** Reads every page and every block as of one commit. `each` sees what lies in whole pages, in the order of the keys. */
export function survey(path: string, each?: Each, depth: Depth = 'rows'): Survey {
  let reader: StoreReader;
  try {
    reader = StoreReader.open(path);
  } catch (error) {
    return nothing(path, error);
  }
  try {
    return surveyOf(reader, each, depth);
  } finally {
    reader.close();
  }
}

export function surveyOf(reader: StoreReader, each: Each | undefined, depth: Depth): Survey {
  const { file, sizeBytes, transaction } = reader;
  const contents = new Contents(file, depth);
  const inPages: Finding[] = [];
  const counts = reader.walk({
    flaw: (flaw) => inPages.push(pageFinding(file, flaw)),
    pair: (pair) => {
      const bytes = pair.value();
      contents.take(pair, bytes);
      each?.(pair.key, bytes);
    },
  });
  // As a start leaves it that was refused, or killed, before its first commit: the next one begins with it.
  if (inPages.length === 0 && contents.summary().blocks === 0 && reader.isUnmarked) return nothing(file, errors.NO_STORE({ path: dirname(file), reason: 'nothing has been committed to it' }));
  contents.end();
  return { findings: [...inPages, ...contents.findings], contents: contents.summary(), pages: { ...counts, sizeBytes, transaction } };
}

const nothing = (file: string, error: unknown): Survey => ({ findings: [thrownFinding(file, error)], contents: undefined, pages: undefined });
