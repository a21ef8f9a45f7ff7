import type { Command } from 'commander';
import type { Where } from './account-command.ts';
import type { Tools } from './budget-command.ts';

/*
 * `emily projects`: the parts of a tenant's work, at an Emily that runs, from the command line.
 */

type OfTenant = Where & { readonly tenant?: string };

export function addProjectCommands(emily: Command, { withWhere, asking, listed }: Tools): void {
  const projects = emily.command('projects').description("the parts of a tenant's work, to which keys belong");
  withWhere(projects.command('list').description('those that you administer').option('--tenant <id>', 'of this tenant')).action(async ({ tenant, ...where }: OfTenant) => {
    listed((await asking(where)('GET', tenant === undefined ? '/v1/projects' : `/v1/projects?tenant=${encodeURIComponent(tenant)}`))['data'] as readonly Readonly<Record<string, unknown>>[], where);
  });
  withWhere(projects.command('create').description('one more; the same once more changes nothing').argument('<id>', 'which keys name it by').argument('<name>', 'what it is called').option('--tenant <id>', 'whose it is; left out: that of whose key you use')).action(
    async (id: string, name: string, { tenant, ...where }: OfTenant) => listed([await asking(where)('POST', '/v1/projects', { id, name, tenant })], where),
  );
  withWhere(projects.command('close').description('it takes no more keys, and those it has open nothing').argument('<id>', 'as lists show it').option('--tenant <id>', 'whose it is')).action(async (id: string, { tenant, ...where }: OfTenant) => {
    listed([await asking(where)('POST', `/v1/projects/${encodeURIComponent(id)}/close`, { tenant })], where);
  });
}
