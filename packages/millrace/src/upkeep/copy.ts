import { lmdbBackend } from '../port/lmdb-backend.ts';
import { StoreDraft } from '../port/store-draft.ts';
import { StoreReader, checkStore } from '../port/store-reader.ts';
import type { Finding } from './finding.ts';
import { type Survey, survey, surveyOf } from './survey.ts';

/** What was copied, or why nothing was. */
export interface Copied {
  /** Of what was read; where there are any, nothing has been written. */
  readonly findings: readonly Finding[];
  /** Of the store that was read: of that one commit. */
  readonly read: Survey;
  /** Of the copy, in bytes. */
  readonly sizeBytes: number;
}

/**
 * Copies a store as of one commit, also while a program writes it, to a place where nothing is.
 *
 * All that had been acknowledged before it began is in it. Every page and every block is checked while it is read, and
 * again in the copy; the copy appears in its place whole, durable, and with no free pages.
 */
export function copyStore(from: string, to: string): Copied {
  checkStore(from);
  const draft = StoreDraft.at(to);
  return drafted(
    draft,
    () => survey(from, ({ key, value }) => draft.put(key, value())),
    () => draft.publish(),
  );
}

/** Writes a store anew without its free pages, and puts it in its own place. STORE_IN_USE while a program has it. */
export function compactStore(path: string): Copied {
  checkStore(path);
  const ours = lmdbBackend(path);
  try {
    const draft = StoreDraft.within(path);
    return drafted(
      draft,
      () => {
        const reader = StoreReader.open(path, { isOurs: true });
        try {
          return surveyOf(reader, ({ key, value }) => draft.put(key, value()));
        } finally {
          reader.close();
        }
      },
      () => draft.replace(),
    );
  } finally {
    ours.close();
  }
}

function drafted(draft: StoreDraft, read: () => Survey, publish: () => void): Copied {
  let isWhole = false;
  try {
    const found = read();
    if (found.findings.length > 0) return { findings: found.findings, read: found, sizeBytes: 0 };
    draft.finish();
    const written = survey(draft.path);
    const isSame = written.contents?.blocks === found.contents?.blocks;
    if (written.findings.length > 0 || !isSame) throw new Error(`what was copied is not what is there: ${written.findings[0]?.message ?? `${written.contents?.blocks} blocks of ${found.contents?.blocks}`}`);
    publish();
    isWhole = true;
    return { findings: [], read: found, sizeBytes: written.pages?.sizeBytes ?? 0 };
  } finally {
    if (!isWhole) draft.discard();
  }
}
