import { everythingOf, fullProgram, more, start } from '../../packages/millrace/src/testing/fixture-full-store.ts';
import { MillraceError } from '../../packages/millrace/src/error.ts';
import { type Duration, days } from '../../packages/millrace/src/index.ts';
import { survey } from '../../packages/millrace/src/upkeep/survey.ts';

/** What the engine and fsck make of a store. */
export interface Verdict {
  /** The codes of what fsck finds. */
  readonly found: readonly string[];
  readonly engine: EngineVerdict;
  /** What fsck finds after the engine has gone on with the store. */
  readonly foundAfter: readonly string[];
}

export type EngineVerdict =
  /** It opened, and said this: before, and after it had taken more. */
  | { readonly kind: 'ran'; readonly before: string; readonly after: string }
  | { readonly kind: 'refused'; readonly code: string; readonly message: string }
  /** It failed with something that has no name in the catalogue. */
  | { readonly kind: 'failed'; readonly message: string };

/** The store can be taken back, so that there is something of that in it to be damaged. */
export const REWIND: Duration = days(1);

/** Calls that are far behind those of the store. */
const MORE_FROM = 5000;
const MORE_COUNT = 20;

export async function judged(path: string): Promise<Verdict> {
  const found = codesOf(path);
  const engine = await engineVerdict(path);
  return { found, engine, foundAfter: engine.kind === 'ran' ? codesOf(path) : [] };
}

const codesOf = (path: string): readonly string[] => survey(path).findings.map(({ code }) => code);

async function engineVerdict(path: string): Promise<EngineVerdict> {
  const program = fullProgram();
  try {
    await start(program, path, { rewind: REWIND });
    try {
      const before = await everythingOf(program);
      await more(program, MORE_FROM, MORE_COUNT);
      const after = await everythingOf(program);
      return { kind: 'ran', before, after };
    } finally {
      await program.stop();
    }
  } catch (error) {
    const cause = named(error);
    if (cause !== undefined) return { kind: 'refused', code: cause.code, message: cause.message };
    return { kind: 'failed', message: String((error as Error).stack ?? error) };
  }
}

/** The error of the catalogue; a program that has ended says why it has. */
function named(error: unknown): MillraceError | undefined {
  if (!(error instanceof MillraceError)) return undefined;
  return error.code === 'NOT_RUNNING' && error.cause !== undefined ? named(error.cause) : error;
}
