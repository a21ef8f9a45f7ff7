import type { ProjectId } from './budget.ts';

/**
 * An idempotency key within its tenant: the same text used in two projects names two calls.
 * Neither a project nor a key has a space in it, so that no two of them look the same.
 */
export const scopedKey = (project: ProjectId | undefined, key: string): string => (project === undefined ? key : `${project} ${key}`);
