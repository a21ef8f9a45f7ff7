import { hash } from 'node:crypto';
import type { AccountCommand, CommandLog } from './command.ts';

/*
 * Who did what, so that nobody changes it afterwards: every command carries the digest of all that were before it.
 *
 *   chain(n) := SHA-256 of ( chain(n-1) LF the JSON of command n, its members by name )      64 hex digits
 *
 * Whoever keeps one chain knows that everything up to that command is as it was. Commands from before there were
 * chains are at the beginning, and have none; the first one that has chains them too.
 */

/** A command as the log has it. */
export type ChainedCommand = AccountCommand & { readonly chain?: string };

/** A log whose commands are not those that were written. */
export class AuditBroken extends Error {
  readonly code = 'AUDIT_BROKEN';
  readonly cure = 'Somebody has changed what was done, or its order. Restore the data folder from a backup, and compare its chain with one that was kept.';
}

const BEGINNING = '0'.repeat(64);

/** Takes commands in their order, and says for each what its chain is. AuditBroken where it has another. */
export class CommandChain {
  #chain: string = BEGINNING;
  #length = 0;
  #isChained = false;

  /** That of all commands so far. */
  get head(): { readonly chain: string; readonly commands: number } {
    return { chain: this.#chain, commands: this.#length };
  }

  /** One that the log has, without its chain. */
  follow({ chain, ...command }: ChainedCommand): AccountCommand {
    const next = this.#next(command);
    if (chain === undefined && this.#isChained) throw new AuditBroken(`command ${this.#length} (${command.kind}) has no chain, and those before it have`);
    if (chain !== undefined && chain !== next) throw new AuditBroken(`command ${this.#length} (${command.kind}) has the chain ${chain}, expected ${next}: it, or one before it, is not what was written`);
    this.#isChained ||= chain !== undefined;
    this.#chain = next;
    this.#length += 1;
    return command;
  }

  /** Those that come next, with their chains; nothing is moved. */
  chained(commands: readonly AccountCommand[]): readonly ChainedCommand[] {
    let chain = this.#chain;
    return commands.map((command) => ({ ...command, chain: (chain = digestOf(chain, command)) }));
  }

  #next(command: object): string {
    return digestOf(this.#chain, command);
  }
}

/** Chains what goes into a log: one after the other, because what could not be written must not be chained to. */
export class ChainedLog implements CommandLog {
  readonly #chain: CommandChain;
  readonly #append: (commands: readonly ChainedCommand[]) => Promise<void>;
  #last: Promise<void> = Promise.resolve();

  /** `chain`: as of the last command that is in the log. */
  constructor(chain: CommandChain, append: (commands: readonly ChainedCommand[]) => Promise<void>) {
    this.#chain = chain;
    this.#append = append;
  }

  append(commands: readonly AccountCommand[]): Promise<void> {
    const appended = this.#appendAfter(this.#last, commands);
    this.#last = appended.catch(() => {});
    return appended;
  }

  async #appendAfter(last: Promise<void>, commands: readonly AccountCommand[]): Promise<void> {
    await last;
    const chained = this.#chain.chained(commands);
    await this.#append(chained);
    for (const command of chained) this.#chain.follow(command);
  }
}

function digestOf(chain: string, command: object): string {
  return hash('sha256', `${chain}\n${JSON.stringify(command, byName)}`, 'hex');
}

/** Members in the order of their names: the same however an object was made. */
function byName(_name: string, value: unknown): unknown {
  if (typeof value !== 'object' || value === null || Array.isArray(value)) return value;
  return Object.fromEntries(Object.entries(value).toSorted(([a], [b]) => (a < b ? -1 : 1)));
}
