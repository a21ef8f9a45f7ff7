import type { IForbiddenRuleType } from 'dependency-cruiser';
import { emily, tests } from './paths.ts';

/**
 * The rooms of Emily talk through logs, not through imports: each knows `domain/` and the engine.
 * `app/` and the files at the root (main.ts) put the rooms together.
 */
export const emilyRules: readonly IForbiddenRuleType[] = [
  {
    name: 'rooms-keep-to-themselves',
    comment: 'A room imports domain/ and millrace; what it needs of another room comes as a fact, or is given to it by app/.',
    severity: 'error',
    from: { path: `${emily}([^/]+)/`, pathNot: [tests, `${emily}(app|demo)/`] },
    to: { path: emily, pathNot: `${emily}($1|domain)/` },
  },
  {
    name: 'demo-takes-types',
    comment: 'The demo drives the other rooms from outside; it may name their types and nothing else.',
    severity: 'error',
    from: { path: `${emily}demo/`, pathNot: tests },
    to: { path: emily, pathNot: `${emily}(demo|domain)/`, dependencyTypesNot: ['type-only'] },
  },
];
