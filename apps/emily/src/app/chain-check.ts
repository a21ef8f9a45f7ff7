import { AuditBroken, type ChainedCommand, CommandChain } from '../account/command-chain.ts';
import { Turns } from './turns.ts';

/** Whether the acts in the log are those that were written, and whether one that somebody kept is among their chains. */
export type ChainVerdict = {
  readonly holds: boolean;
  /** So many acts were read; up to the one that is wrong. */
  readonly acts: number;
  readonly chain: string;
  /** What is wrong, in words. */
  readonly flaw: string | null;
  /** The act with whose chain the kept one is the same; null: it is that of none, or none was given. */
  readonly keptAt: number | null;
};

/** Reads the whole log again, in turns with other work, and makes each chain anew. */
export async function checkChain(commands: Iterable<ChainedCommand>, kept: string | undefined): Promise<ChainVerdict> {
  const chain = new CommandChain();
  const turns = new Turns();
  let keptAt: number | null = null;
  try {
    for (const command of commands) {
      chain.follow(command);
      if (kept !== undefined && chain.head.chain === kept) keptAt = chain.head.commands - 1;
      if (turns.over) await turns.others();
    }
  } catch (error) {
    if (!(error instanceof AuditBroken)) throw error;
    return { holds: false, acts: chain.head.commands, chain: chain.head.chain, flaw: error.message, keptAt };
  }
  return { holds: true, acts: chain.head.commands, chain: chain.head.chain, flaw: null, keptAt };
}
