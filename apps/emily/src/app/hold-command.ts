import type { Command } from 'commander';
import type { Where } from './account-command.ts';
import type { Tools } from './budget-command.ts';
import { instant } from './instant.ts';

/*
 * `emily holds`: what waits for a person, at an Emily that runs, from the command line.
 */

type Held = { readonly id: number; readonly reason: string; readonly since: number; readonly producer: string | null; readonly evidence: string; readonly waits: { readonly what: string }; readonly choices: readonly string[] };
type Decided = Readonly<Record<string, unknown>>;

export function addHoldCommands(emily: Command, { withWhere, asking, listed }: Tools): void {
  const holds = emily.command('holds').description('what waits for a decision of a person');
  withWhere(holds.command('list').description('those there are, each with its choices')).action(async (where: Where) => {
    const rows = (await asking(where)('GET', '/v1/holds'))['data'] as readonly Held[];
    listed(where.json ? (rows as unknown as readonly Decided[]) : rows.map(lineOf), where);
  });
  withWhere(
    holds
      .command('resolve')
      .description('decides on one; who decided and why stay in the log')
      .argument('<id>', 'its number, as the list shows it')
      .argument('<choice>', 'one of its choices')
      .requiredOption('--by <name>', 'who decides')
      .requiredOption('--reason <text>', 'why'),
  ).action(async (id: string, choice: string, { by, reason, ...where }: Where & { readonly by: string; readonly reason: string }) => {
    listed([await asking(where)('POST', `/v1/holds/${encodeURIComponent(id)}`, { choice, by, reason })], where);
  });
}

const lineOf = ({ id, reason, since, producer, waits, choices, evidence }: Held): Decided => ({
  id,
  reason,
  since: instant(since),
  of: producer,
  waits: waits.what,
  choices,
  evidence,
});
