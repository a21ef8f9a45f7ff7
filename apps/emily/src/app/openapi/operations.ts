import { accountOperations } from './account-operations.ts';
import { budgetOperations } from './budget-operations.ts';
import { callOperations } from './call-operations.ts';
import { numberOperations } from './number-operations.ts';
import type { Operation } from './operation.ts';
import { operatorOperations } from './operator-operations.ts';

/** All that is said of routes, each as `GET /v1/usage`. */
export const operations: Readonly<Record<string, Operation>> = { ...callOperations, ...numberOperations, ...accountOperations, ...budgetOperations, ...operatorOperations };

/** Pages and what they ask for themselves: they come with the console and change with it. */
export const isOfConsole = (route: string): boolean => / \/(console\/.*|sign-in)?$/.test(route);
