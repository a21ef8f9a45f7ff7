import type { Command } from 'commander';
import type { Said, Where } from './account-command.ts';
import type { Tools } from './budget-command.ts';

/*
 * `emily users`: who signs in to the console of an Emily that runs, from the command line.
 */

type Row = Readonly<Record<string, unknown>>;
type OfTenant = Where & { readonly tenant?: string };

export function addUserCommands(emily: Command, { withWhere, asking, listed, out }: Tools & Pick<Said, 'out'>): void {
  const users = emily.command('users').description('who signs in to the console');
  /** To be piped: nothing but the link. */
  const linked = (answer: Row, { json, url }: Where): void => out(json ? `${JSON.stringify(answer)}\n` : `${new URL((answer['link'] as { readonly path: string }).path, url).href}\n`);

  withWhere(users.command('list').description('those that you administer').option('--tenant <id>', 'of this tenant')).action(async ({ tenant, ...where }: OfTenant) => {
    listed((await asking(where)('GET', tenant === undefined ? '/v1/users' : `/v1/users?tenant=${encodeURIComponent(tenant)}`))['data'] as readonly Row[], where);
  });
  withWhere(
    users
      .command('create')
      .description('makes one, and prints the link that signs them in, once, within a day')
      .argument('<name>', 'what they sign in by')
      .requiredOption('--role <role>', 'operator, finance or auditor; of a tenant: admin or developer')
      .option('--tenant <id>', 'whose they are; left out: that of whose key you use'),
  ).action(async (name: string, { role, tenant, ...where }: OfTenant & { readonly role: string }) => linked(await asking(where)('POST', '/v1/users', { name, role, tenant }), where));
  withWhere(users.command('role').description('changes it, also of sessions that are open').argument('<id>', 'as lists show it').argument('<role>', 'as for create')).action(async (id: string, role: string, where: Where) => {
    listed([await asking(where)('POST', about(id, 'role'), { role })], where);
  });
  withWhere(users.command('link').description('prints another link that signs them in').argument('<id>', 'as lists show it')).action(async (id: string, where: Where) => linked(await asking(where)('POST', about(id, 'link'), {}), where));
  withWhere(users.command('remove').description('they are signed in nowhere, and their own keys open nothing').argument('<id>', 'as lists show it')).action(async (id: string, where: Where) => {
    listed([await asking(where)('POST', about(id, 'remove'), {})], where);
  });
  withWhere(users.command('erase').description('removes them, and forgets their name').argument('<id>', 'as lists show it')).action(async (id: string, where: Where) => {
    listed([await asking(where)('POST', about(id, 'erase'), {})], where);
  });
}

const about = (id: string, act: string): string => `/v1/users/${encodeURIComponent(id)}/${act}`;
