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
    return { findings: [thrownFinding(path, error)], contents: undefined, pages: undefined };
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
  contents.end();
  return { findings: [...inPages, ...contents.findings], contents: contents.summary(), pages: { ...counts, sizeBytes, transaction } };
}
