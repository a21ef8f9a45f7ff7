import { StoreReader } from '../port/store-reader.ts';
import type { StoredPair, WalkCounts } from '../port/lmdb-walk.ts';
import { Contents, type ContentsSummary } from './contents.ts';
import { type Finding, pageFinding, thrownFinding } from './finding.ts';

/** What is in a store, and what is wrong with it. */
export interface Survey {
  readonly findings: readonly Finding[];
  /** Undefined: the store could not even be opened. */
  readonly contents: ContentsSummary | undefined;
  readonly pages: (WalkCounts & { readonly sizeBytes: number; readonly transaction: number }) | undefined;
}

/** Reads every page and every block as of one commit. `each` sees the pairs that lie in whole pages, in the order of the keys. */
export function survey(path: string, each?: (pair: StoredPair) => void): Survey {
  let reader: StoreReader;
  try {
    reader = StoreReader.open(path);
  } catch (error) {
    return { findings: [thrownFinding(path, error)], contents: undefined, pages: undefined };
  }
  try {
    return surveyOf(reader, each);
  } finally {
    reader.close();
  }
}

export function surveyOf(reader: StoreReader, each?: (pair: StoredPair) => void): Survey {
  const { file, sizeBytes, transaction } = reader;
  const contents = new Contents(file);
  const inPages: Finding[] = [];
  const counts = reader.walk({
    flaw: (flaw) => inPages.push(pageFinding(file, flaw)),
    pair: (pair) => {
      contents.take(pair);
      each?.(pair);
    },
  });
  contents.end();
  return { findings: [...inPages, ...contents.findings], contents: contents.summary(), pages: { ...counts, sizeBytes, transaction } };
}
