import { expect, test } from 'vitest';
import { said } from './given.ts';
import { operatorFolders } from './operator-folders.ts';

const folder = 'packages/millrace/src/operator';

test('an operator without its property test is found', () => {
  expect(said(operatorFolders, { [`${folder}/map/map.ts`]: '', [`${folder}/map/map.test.ts`]: '' })).toEqual([
    `${folder}/map/map.property.test.ts:1: is missing: an operator folder has the operator, its marbles and its property test`,
  ]);
});

test('a folder that is no operator is found by the operator it lacks', () => {
  expect(said(operatorFolders, { [`${folder}/shared/lists.ts`]: '' })).toHaveLength(3);
});

test('a complete folder, files beside the folders and internal/ are fine', () => {
  expect(
    said(operatorFolders, {
      [`${folder}/map/map.ts`]: '',
      [`${folder}/map/map.test.ts`]: '',
      [`${folder}/map/map.property.test.ts`]: '',
      [`${folder}/operator.ts`]: '',
      [`${folder}/internal/list.ts`]: '',
    }),
  ).toEqual([]);
});
