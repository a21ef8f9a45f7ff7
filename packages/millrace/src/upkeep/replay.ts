import { StoreDraft } from '../port/store-draft.ts';
import { StoreReader, checkStore } from '../port/store-reader.ts';
import { REWIND } from '../store/key.ts';
import { type Rewound, Rewinding, type Until, isMeta } from './rewound.ts';
import type { Finding } from './finding.ts';
import { type Survey, survey, surveyOf } from './survey.ts';

/** As text: greater than any key. */
const BEHIND_ALL = '\u{ff}';

/** What was made, or why nothing was. */
export interface Replayed {
  /** The commit that the new store is of. */
  readonly commit: number;
  /** Of the new store; where there are any, nothing has been written. */
  readonly findings: readonly Finding[];
  /** Of the new store. */
  readonly made: Survey;
}

/**
 * Makes a store as of an earlier commit of another one, in a place where nothing is; the program that is started on
 * it reads on from there, and its sinks are given again what they were given since, under the same numbers.
 *
 * Also where that store is damaged, as long as the damage came later. NOT_KEPT where it was not started with
 * `rewind`, or not for so long.
 */
export function replayStore(from: string, to: string, until: Until): Replayed {
  checkStore(from);
  const reader = StoreReader.open(from);
  try {
    const rewound = rewoundOf(reader, from, until);
    const draft = StoreDraft.at(to);
    let isWhole = false;
    try {
      write(reader, rewound, draft);
      draft.finish();
      const made = survey(draft.path);
      if (made.findings.length > 0) return { commit: rewound.commit, findings: made.findings, made };
      draft.publish();
      isWhole = true;
      return { commit: rewound.commit, findings: [], made };
    } finally {
      if (!isWhole) draft.discard();
    }
  } finally {
    reader.close();
  }
}

function rewoundOf(reader: StoreReader, path: string, until: Until): Rewound {
  const rewinding = new Rewinding(path);
  const each = (place: Uint8Array, bytes: Uint8Array): void => {
    if (place[0] === REWIND) rewinding.part(place, bytes);
    else if (isMeta(place)) rewinding.meta(bytes);
  };
  // What is damaged now need not have been then: the new store is looked at, not this one.
  surveyOf(reader, each, 'blocks');
  return rewinding.to(until);
}

/** In the order of the keys: what is there, but for what was not or was otherwise. */
function write(reader: StoreReader, { formers }: Rewound, draft: StoreDraft): void {
  const others = [...formers].toSorted(([a], [b]) => (a < b ? -1 : 1));
  let next = 0;
  const upTo = (name: string): void => {
    for (; next < others.length && (others[next]?.[0] as string) < name; next += 1) {
      const [former, value] = others[next] as (typeof others)[number];
      if (value !== undefined) draft.put(Buffer.from(former, 'latin1'), value);
    }
  };
  surveyOf(reader, (place, bytes) => {
    if (place[0] === REWIND) return;
    const name = Buffer.from(place).toString('latin1');
    upTo(name);
    if (!formers.has(name)) draft.put(place, bytes);
  }, 'blocks');
  upTo(BEHIND_ALL);
}
