import type { Command } from 'commander';
import type { Ask, Where } from './account-command.ts';

/*
 * `emily budgets` and `emily credit`: what tenants may spend, at an Emily that runs, from the command line.
 */

/** What the commands share: options that say where Emily is, a way to ask it, and how rows are printed. */
export type Tools = {
  readonly withWhere: (command: Command) => Command;
  /** Without how the answer is printed. */
  readonly withEmily: (command: Command) => Command;
  readonly asking: (where: Where) => Ask;
  readonly listed: (rows: readonly Row[], where: Where) => void;
};

type Row = Readonly<Record<string, unknown>>;

type OfTenant = Where & { readonly tenant?: string };
type Scope = { readonly project?: string; readonly key?: string; readonly user?: string };

export function addBudgetCommands(emily: Command, { withWhere, asking, listed }: Tools): void {
  const shown = (rows: unknown, where: Where): void => listed((rows as readonly Row[]).map((row) => (where.json ? row : flat(row))), where);
  const budgets = emily.command('budgets').description('what calls may cost in a day, in a month, or in all');
  withWhere(budgets.command('list').description('where each stands').option('--tenant <id>', 'of this tenant')).action(async ({ tenant, ...where }: OfTenant) => {
    shown((await asking(where)('GET', tenant === undefined ? '/v1/budgets' : `/v1/budgets?tenant=${encodeURIComponent(tenant)}`))['data'], where);
  });
  withWhere(
    budgets
      .command('set')
      .description('makes one, or changes its limit and kind')
      .argument('<id>', 'what it is called')
      .argument('<limit>', 'the amount, as 50.00')
      .requiredOption('--period <period>', 'day, month or total')
      .option('--soft', 'only say so when it is passed', false)
      .option('--tenant <id>', 'whose it is; left out: that of whose key you use')
      .option('--project <name>', 'of the keys of this project')
      .option('--key <id>', 'of this key')
      .option('--user <name>', 'of this user'),
  ).action(async (id: string, limit: string, { period, soft, tenant, project, key, user, ...where }: OfTenant & Scope & { readonly period: string; readonly soft: boolean }) => {
    shown([await asking(where)('POST', '/v1/budgets', { id, limit, period, kind: soft ? 'soft' : 'hard', tenant, project, key, user })], where);
  });
  withWhere(budgets.command('remove').description('it counts nothing more').argument('<id>', 'what it is called').option('--tenant <id>', 'whose it is')).action(async (id: string, { tenant, ...where }: OfTenant) => {
    shown([await asking(where)('POST', '/v1/budgets/remove', { id, tenant })], where);
  });
  const credit = emily.command('credit').description('what tenants have paid before they spend it');
  withWhere(credit.command('add').description('a payment; the same reference once more adds nothing').argument('<tenant>', 'who has paid').argument('<amount>', 'how much, as 50.00').argument('<reference>', 'which payment it was')).action(
    async (tenant: string, amount: string, reference: string, where: Where) => shown([await asking(where)('POST', '/v1/credit', { tenant, amount, reference })], where),
  );
}

/** One line of a table. */
function flat({ current, alerts, currency: _currency, setAt: _setAt, ...row }: Row): Row {
  const said = (alerts as readonly { readonly percent: number }[] | undefined)?.map(({ percent }) => `${percent}%`) ?? [];
  const { period, ...standing } = (current ?? {}) as { readonly period?: string };
  return { ...row, ...(period === undefined ? {} : { period }), ...standing, ...(said.length === 0 ? {} : { alerts: said }) };
}
