import type { IForbiddenRuleType } from 'dependency-cruiser';
import { outside } from './outside.ts';
import { millrace, tests, within } from './paths.ts';

/**
 * The floors of the engine, top to bottom. A file imports from its own floor and from those below;
 * folders on one line stand beside each other and don't know each other.
 */
const floors: readonly (readonly string[])[] = [
  ['stream'],
  ['serve'],
  ['plan'],
  ['operator'],
  ['task'],
  ['state', 'time', 'aggregation'],
  ['store'],
  ['port'],
];

type Exception = {
  readonly also?: readonly string[];
  readonly not?: readonly string[];
  /** Of these, types only. */
  readonly interfaces?: readonly string[];
};

const exceptions: Readonly<Record<string, Exception>> = {
  // The surface offers sources and sinks, which stand beside the floors.
  stream: { also: ['connector'] },
  // Answers are spelled as the sinks spell rows.
  serve: { also: ['connector'] },
  // Operators are synchronous and see no outside world.
  operator: { not: ['port'] },
  // The task drives operators by their interfaces, and a space knows the window it stands for.
  task: { interfaces: ['operator'] },
  state: { interfaces: ['time'] },
};

/** What a folder may import besides itself; of `interfaces`, types only. */
type Reach = { readonly folders: readonly string[]; readonly interfaces: readonly string[] };

const reach: ReadonlyMap<string, Reach> = new Map([
  ...floors.flatMap((floor, level) => floor.map((folder): [string, Reach] => [folder, reachOf(folder, floors.slice(level + 1).flat())])),
  // Connectors take what producers send, so they know the form of its messages.
  ['connector', { folders: ['producer', 'store', 'time', 'port'], interfaces: ['task'] }],
  // It runs in a process of its own: it knows a program by what that answers, and a store by what lies in its folder.
  ['cli', { folders: ['upkeep', 'port'], interfaces: [] }],
  // What can be known of a store without its program.
  ['upkeep', { folders: ['store', 'time', 'port'], interfaces: [] }],
  // It runs in other processes than the engine, and knows nothing of it.
  ['producer', { folders: ['store', 'time', 'port'], interfaces: [] }],
]);

function reachOf(folder: string, below: readonly string[]): Reach {
  const { also = [], not = [], interfaces = [] } = exceptions[folder] ?? {};
  return { folders: [...also, ...below].filter((name) => !not.includes(name)), interfaces };
}

/** The folder with the driver, the marbles and the simulator: it sees everything, and only tests see it. */
const testing = within(millrace, ['testing']);

const floorRules = [...reach].flatMap(([folder, { folders, interfaces }]): readonly IForbiddenRuleType[] => {
  const from = { path: within(millrace, [folder]), pathNot: tests };
  const reached = [folder, ...folders, ...interfaces];
  const rules: IForbiddenRuleType[] = [
    {
      name: `floor-${folder}`,
      comment: `${folder}/ imports from ${reached.join(', ')} and from the files beside the floors.`,
      severity: 'error',
      from,
      to: { path: `${millrace}[^/]+/`, pathNot: within(millrace, [...reached, 'testing']) },
    },
  ];
  if (interfaces.length > 0) {
    rules.push({
      name: `floor-${folder}-interfaces`,
      comment: `${folder}/ takes types of ${interfaces.join(', ')} and never calls into it.`,
      severity: 'error',
      from,
      to: { path: within(millrace, interfaces), dependencyTypesNot: ['type-only'] },
    });
  }
  return rules;
});

export const millraceRules: readonly IForbiddenRuleType[] = [
  ...floorRules,
  {
    name: 'every-folder-is-a-floor',
    comment: 'A new folder gets its place in tools/floors/millrace.ts first; ARCHITECTURE.md says the same.',
    severity: 'error',
    from: { path: `${millrace}[^/]+/`, pathNot: within(millrace, [...reach.keys(), 'testing']) },
    to: {},
  },
  {
    name: 'testing-is-for-tests',
    comment: 'The driver, the marbles and the simulator are for tests; nothing that runs for users needs them.',
    severity: 'error',
    // Pictures of the documents are drawn from marbles, proofs simulate, and a store is damaged that was made for it.
    from: { pathNot: [tests, testing, '^tools/(pictures|flip-bytes)/', '^packages/millrace/proofs/'] },
    to: { path: testing },
  },
  {
    name: 'files-beside-the-floors-are-leaves',
    comment: 'What everyone may import (error.ts and its like) imports no floor itself.',
    severity: 'error',
    from: { path: `${millrace}[^/]+$`, pathNot: [tests, `${millrace}index[.]ts$`] },
    to: { path: `${millrace}[^/]+/` },
  },
  {
    name: 'the-index-is-for-others',
    comment: 'index.ts is the package seen from outside; inside, import the file itself.',
    severity: 'error',
    from: { path: millrace, pathNot: [tests, testing] },
    to: { path: `${millrace}index[.]ts$` },
  },
  {
    name: 'only-port-touches-the-outside',
    comment: 'Disk, network, processes, clocks and timers come through port/. Types of such modules are fine anywhere.',
    severity: 'error',
    from: { path: millrace, pathNot: [tests, within(millrace, ['port', 'testing'])] },
    to: { path: [...outside], dependencyTypesNot: ['type-only'] },
  },
];
