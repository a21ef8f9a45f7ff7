import { crc32 } from 'node:zlib';
import { assert } from '../assert.ts';
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
 * All that had been acknowledged before it began is in it. Every page, and the checksum and the place of every block, is
 * checked while it is read; the copy is read again from the disk; the copy appears in its place whole, durable, and with no free pages.
 */
export function copyStore(from: string, to: string): Copied {
  checkStore(from);
  const draft = StoreDraft.at(to);
  return drafted(
    draft,
    (written) => survey(from, (key, value) => written.put(key, value), 'blocks'),
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
      (written) => {
        const reader = StoreReader.open(path);
        try {
          return surveyOf(reader, (key, value) => written.put(key, value), 'blocks');
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

function drafted(draft: StoreDraft, read: (written: Written) => Survey, publish: () => void): Copied {
  let isWhole = false;
  try {
    const written = new Written(draft);
    const found = read(written);
    if (found.findings.length > 0) return { findings: found.findings, read: found, sizeBytes: 0 };
    draft.finish();
    const sizeBytes = written.check();
    publish();
    isWhole = true;
    return { findings: [], read: found, sizeBytes };
  } finally {
    if (!isWhole) draft.discard();
  }
}

/** What has been put into a draft, to be compared with what is in it then. */
class Written {
  readonly #draft: StoreDraft;
  #count = 0;
  #checksum = 0;

  constructor(draft: StoreDraft) {
    this.#draft = draft;
  }

  put(key: Uint8Array, value: Uint8Array): void {
    this.#draft.put(key, value);
    this.#checksum = crc32(value, crc32(key, this.#checksum));
    this.#count += 1;
  }

  /** Reads the draft as the disk has it; its size in bytes. */
  check(): number {
    const reader = StoreReader.open(this.#draft.path);
    let [count, checksum] = [0, 0];
    try {
      reader.walk({
        flaw: (flaw) => assert(false, () => `page ${flaw.page} of a copy: its ${flaw.what} is ${flaw.actual}, expected ${flaw.expected}`),
        pair: ({ key, value }) => {
          checksum = crc32(value(), crc32(key, checksum));
          count += 1;
        },
      });
      assert(count === this.#count && checksum === this.#checksum, () => `a copy has ${count} values with the checksum ${checksum}, and was given ${this.#count} with ${this.#checksum}`);
      return reader.sizeBytes;
    } finally {
      reader.close();
    }
  }
}
