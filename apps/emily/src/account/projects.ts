import type { ProjectId } from '../domain/budget.ts';
import type { EpochMs, TenantId } from '../domain/names.ts';
import type { AccountCommand } from './command.ts';

/** A part of a tenant's work. A closed one takes no more keys; what it used stays told. */
export type Project = { readonly id: ProjectId; readonly tenant: TenantId; readonly name: string; readonly createdAt: EpochMs; readonly closedAt: EpochMs | null };

/**
 * The projects that the commands so far have made. One that a key was made for is there from then on, under the
 * name that the key gave it; before there were commands for projects, that was how they came about.
 */
export class Projects {
  readonly #projects = new Map<string, Project>();

  apply(command: AccountCommand): void {
    switch (command.kind) {
      case 'project-created':
        this.#add(command.tenant, command.project, command.name, command.at);
        return;
      case 'key-created':
        if (command.project !== undefined) this.#add(command.tenant, command.project, command.project, command.at);
        return;
      case 'project-closed': {
        const project = this.get(command.tenant, command.project);
        if (project?.closedAt === null) this.#projects.set(nameOf(project), { ...project, closedAt: command.at });
        return;
      }
      default:
        return; // Other tables read these.
    }
  }

  get(tenant: TenantId, project: ProjectId): Project | undefined {
    return this.#projects.get(nameOf({ tenant, id: project }));
  }

  of(tenant: TenantId): readonly Project[] {
    return [...this.#projects.values()].filter((project) => project.tenant === tenant);
  }

  #add(tenant: TenantId, id: ProjectId, name: string, createdAt: EpochMs): void {
    const project: Project = { id, tenant, name, createdAt, closedAt: null };
    if (!this.#projects.has(nameOf(project))) this.#projects.set(nameOf(project), project);
  }
}

/** Neither has a space in it. */
const nameOf = ({ tenant, id }: Pick<Project, 'tenant' | 'id'>): string => `${tenant} ${id}`;
