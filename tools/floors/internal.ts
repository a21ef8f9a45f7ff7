import { globSync } from 'node:fs';
import type { IForbiddenRuleType } from 'dependency-cruiser';

/**
 * A folder `internal/` is private to the folder it lies in: one rule for each that exists, because
 * no single regular expression can say "any folder above".
 */
export function internalRules(root: string): readonly IForbiddenRuleType[] {
  const folders = globSync('{packages,apps,bench,tools}/**/internal', {
    cwd: root,
    exclude: (path) => path.endsWith('node_modules') || path.endsWith('dist'),
  });
  return folders.map((folder) => {
    const path = folder.replaceAll('\\', '/');
    return {
      name: `private:${path}`,
      comment: `${path} belongs to the folder it lies in; import that folder's own files, or move what you need up.`,
      severity: 'error',
      from: { pathNot: `^${path.slice(0, -'internal'.length)}` },
      to: { path: `^${path}/` },
    };
  });
}
