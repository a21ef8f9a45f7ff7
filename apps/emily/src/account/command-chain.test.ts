import fc from 'fast-check';
import { expect, test } from 'vitest';
import { epochMs, keyId, tenantId } from '../domain/names.ts';
import type { AccountCommand } from './command.ts';
import { AuditBroken, type ChainedCommand, ChainedLog, CommandChain } from './command-chain.ts';

const tenant = (n: number): AccountCommand => ({ kind: 'tenant-created', at: epochMs(n), tenant: tenantId(`t${n}`), name: `Tenant ${n}`, by: 'key abc' });
const revoked = (n: number): AccountCommand => ({ kind: 'key-revoked', at: epochMs(n), key: keyId(`k${n}`) });

async function written(commands: readonly AccountCommand[]): Promise<ChainedCommand[]> {
  const log: ChainedCommand[] = [];
  const chained = new ChainedLog(new CommandChain(), async (rows) => void log.push(...rows));
  await Promise.all(commands.map((command) => chained.append([command])));
  return log;
}

function read(log: readonly ChainedCommand[]): CommandChain {
  const chain = new CommandChain();
  for (const command of log) chain.follow(command);
  return chain;
}

test('what was written is what is read, and goes on from there', async () => {
  const log = await written([tenant(1), revoked(2), tenant(3)]);
  const chain = read(log);
  expect(chain.head).toEqual({ chain: log.at(-1)?.chain, commands: 3 });
  await new ChainedLog(chain, async (rows) => void log.push(...rows)).append([revoked(4), tenant(5)]);
  expect(read(log).head.commands).toBe(5);
});

test('one member of one command, changed, left out or added, and one command more, less or elsewhere, is found', async () => {
  const commands = Array.from({ length: 6 }, (_, n) => (n % 2 === 0 ? tenant(n) : revoked(n)));
  const log = await written(commands);
  const harm = fc.record({ at: fc.nat({ max: 5 }), member: fc.nat(), how: fc.constantFrom('changed', 'left out', 'added', 'gone', 'twice', 'swapped') });
  fc.assert(
    fc.property(harm, ({ at, member, how }) => {
      const harmed: object[] = log.map((command) => ({ ...command }));
      const one = harmed[at] as Record<string, unknown>;
      const names = Object.keys(one);
      const name = names[member % names.length] as string;
      if (how === 'changed') one[name] = typeof one[name] === 'number' ? (one[name] as number) + 1 : `${String(one[name])}x`;
      else if (how === 'left out') {
        // The first may have none: what it says is in the chains behind it.
        if (name === 'chain' && at === 0) return;
        delete one[name];
      }
      else if (how === 'added') one['more'] = 1;
      else if (how === 'gone') harmed.splice(at, 1);
      else if (how === 'twice') harmed.splice(at, 0, { ...one });
      else if (at > 0) [harmed[at - 1], harmed[at]] = [harmed[at] as object, harmed[at - 1] as object];
      else return;
      const { chain } = log.at(-1) as ChainedCommand;
      // The end of a log that is cut off is found by who has kept a chain of it.
      const isFound = (): boolean => {
        try {
          return read(harmed as ChainedCommand[]).head.chain !== chain;
        } catch (error) {
          return error instanceof AuditBroken;
        }
      };
      expect(isFound()).toBe(true);
    }),
    { numRuns: 500 },
  );
});

test('a command that could not be written is chained to by nobody', async () => {
  const log: ChainedCommand[] = [];
  let isFull = false;
  const chained = new ChainedLog(new CommandChain(), async (rows) => {
    if (isFull) throw new Error('full');
    log.push(...rows);
  });
  await chained.append([tenant(1)]);
  isFull = true;
  const lost = chained.append([tenant(2)]);
  await expect(lost).rejects.toThrow('full');
  isFull = false;
  await chained.append([tenant(3)]);
  expect(read(log).head.commands).toBe(2);
});

test('commands from before there were chains are followed, but none behind one that has a chain', async () => {
  const chain = new CommandChain();
  chain.follow(tenant(1));
  const log: ChainedCommand[] = [tenant(1)];
  await new ChainedLog(chain, async (rows) => void log.push(...rows)).append([tenant(2)]);
  expect(read(log).head.commands).toBe(2);
  expect(() => read([...log, revoked(3)])).toThrow('command 2 (key-revoked) has no chain, and those before it have');
  expect(() => read([{ ...tenant(1), name: 'Other' } as ChainedCommand, ...log.slice(1)])).toThrow(AuditBroken);
});
