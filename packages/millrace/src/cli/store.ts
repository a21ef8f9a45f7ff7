import { MillraceError } from '../error.ts';
import { yieldToOthers } from '../port/priority.ts';
import { compactStore, copyStore, type Copied } from '../upkeep/copy.ts';
import type { Finding } from '../upkeep/finding.ts';
import { fsck } from '../upkeep/fsck.ts';
import { type Inspected, inspected } from '../upkeep/inspect.ts';
import { type Replayed, replayStore } from '../upkeep/replay.ts';
import type { Until } from '../upkeep/rewound.ts';
import { type Survey, survey } from '../upkeep/survey.ts';
import { bytesText, findingsText, inspectedText } from './store-text.ts';

/** What a command came to: what it prints, and whether nothing was wrong. */
export interface Outcome {
  readonly text: string;
  readonly facts: Readonly<Record<string, unknown>>;
  readonly findings: readonly Finding[];
}

/** The commands over the folder of a store, with the names of what they take. */
export const STORE_COMMANDS: Readonly<Record<string, readonly string[]>> = {
  inspect: ['PATH'],
  fsck: ['PATH'],
  backup: ['PATH', 'TO'],
  restore: ['FROM', 'PATH'],
  compact: ['PATH'],
  replay: ['PATH', 'TO'],
};

/** `reader`: how Node is told to read a store in a process of its own; `until`: of a replay. */
export async function storeCommand(command: string, paths: readonly string[], reader: readonly string[], until?: Until): Promise<Outcome> {
  const [path, to] = paths as readonly [string, string];
  try {
    // The program that has the store goes first.
    if (command !== 'restore') yieldToOthers();
    if (command === 'inspect') return inspection(path, survey(path));
    if (command === 'fsck') return check(path, await fsck(path, reader));
    if (command === 'compact') return copy(compactStore(path), ({ read, sizeBytes }) => `${path} takes ${bytesText(sizeBytes)}, and took ${bytesText(read.pages?.sizeBytes ?? 0)}`);
    if (command === 'replay') return replayed(path, to, replayStore(path, to, until as Until));
    if (command === 'restore') {
      const found = await fsck(path, reader);
      if (found.findings.length > 0) return refused(found.findings);
    }
    return copy(copyStore(path, to), ({ read, sizeBytes }) => `${to} is ${path} as of ${commitText(read)}: ${bytesText(sizeBytes)}`);
  } catch (error) {
    if (!(error instanceof MillraceError)) throw error;
    return refused([{ code: error.code, file: path, what: 'command', expected: error.cure, actual: error.message, message: `${error.message}. ${error.cure}` }]);
  }
}

function inspection(path: string, found: Survey): Outcome {
  const facts: Inspected = inspected(path, found);
  return { text: inspectedText(facts), facts: { ...facts }, findings: found.findings };
}

function check(path: string, { findings, contents, pages }: Survey): Outcome {
  const counts = { blocks: contents?.blocks ?? 0, pages: pages?.pages ?? 0, freePages: pages?.freePages ?? 0, bytes: pages?.sizeBytes ?? 0 };
  const text = findings.length > 0 ? '' : `${path} is whole: ${counts.blocks} blocks in ${counts.pages} pages, ${counts.freePages} pages are free\n`;
  return { text, facts: { path, ...counts }, findings };
}

function copy(copied: Copied, text: (copied: Copied) => string): Outcome {
  const { findings, read, sizeBytes } = copied;
  if (findings.length > 0) return refused(findings);
  const { meta } = read.contents ?? {};
  return { text: `${text(copied)}\n`, facts: { commit: meta?.commit ?? null, blocks: read.contents?.blocks ?? 0, bytes: sizeBytes, bytesBefore: read.pages?.sizeBytes ?? 0 }, findings };
}

const againText = ({ name, delivered, position }: { readonly name: string; readonly delivered: number; readonly position: unknown }): string =>
  `sink    ${name}: is given its rows from ${delivered} on again${position === null ? '' : `, its position was ${JSON.stringify(position)}`}\n`;

function replayed(path: string, to: string, { commit, findings, made }: Replayed): Outcome {
  if (findings.length > 0) return refused(findings);
  const bytes = made.pages?.sizeBytes ?? 0;
  const sinks = Object.entries(made.contents?.meta?.sinks ?? {}).map(([name, { delivered, position }]) => ({ name, delivered, position }));
  const text = `${to} is ${path} as of commit ${commit}: ${bytesText(bytes)}; a program that is started on it reads on from there\n${sinks.map(againText).join('')}`;
  return { text, facts: { commit, blocks: made.contents?.blocks ?? 0, bytes, sinks }, findings };
}

const commitText = ({ contents }: Survey): string => (contents?.meta === undefined ? 'now' : `commit ${contents.meta.commit}`);

const refused = (findings: readonly Finding[]): Outcome => ({ text: '', facts: {}, findings });

/** The one line of `--json`. */
export function jsonLine(command: string, { facts, findings }: Outcome): string {
  return `${JSON.stringify({ command, ...facts, findings, violations: findings.length })}\n`;
}

/** What people are told of what is wrong. */
export const complaint = (findings: readonly Finding[]): string => findingsText(findings);
