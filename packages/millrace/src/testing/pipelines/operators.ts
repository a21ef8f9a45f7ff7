import type { PipelineOperator } from './operator.ts';
import { changes } from './operator/changes.ts';
import { concat } from './operator/concat.ts';
import { dedupe } from './operator/dedupe.ts';
import { defer } from './operator/defer.ts';
import { filled } from './operator/filled.ts';
import { filter } from './operator/filter.ts';
import { final } from './operator/final.ts';
import { flatMap } from './operator/flat-map.ts';
import { group } from './operator/group.ts';
import { join } from './operator/join.ts';
import { map } from './operator/map.ts';
import { mergeOfThree, mergeOfTwo } from './operator/merge.ts';
import { numbered } from './operator/numbered.ts';
import { ownWindow } from './operator/own-window.ts';
import { process } from './operator/process.ts';
import { reorder } from './operator/reorder.ts';
import { split } from './operator/split.ts';
import { tableFilter } from './operator/table-filter.ts';
import { tableJoin } from './operator/table-join.ts';
import { tableMap } from './operator/table-map.ts';
import { table } from './operator/table.ts';
import { toTable } from './operator/to-table.ts';
import { window } from './operator/window.ts';

/** Every operator that random pipelines are made of. A new one is a line here, and a file beside the others. */
export const OPERATORS: readonly PipelineOperator[] = [map, filter, flatMap, mergeOfTwo, mergeOfThree, concat, split, reorder, defer, dedupe, process, numbered, join, window, ownWindow, filled, table, toTable, tableFilter, tableMap, tableJoin, group, changes, final];
