import { useMemo, useSyncExternalStore } from 'react';
import { subscribeQuery, writeQuery } from '../shell/query-param.ts';
import { paramsOf, questionOf, type Question } from './question.ts';

/** What else the address keeps beside the question. */
const kept = new Set(['page', 'view', 'tenant']);

/** The question in the address, and how to ask another: a choice is a step that "back" takes back, typing is none. */
export function useQuestion(standard: Question): readonly [Question, (change: Partial<Question>, how?: 'push' | 'replace') => void] {
  const search = useSyncExternalStore(subscribeQuery, () => location.search);
  const question = useMemo(() => questionOf(new URLSearchParams(search), standard), [search, standard]);
  const ask = (change: Partial<Question>, how: 'push' | 'replace' = 'push'): void => {
    const params = new URLSearchParams(location.search);
    const others = Object.fromEntries([...params].filter(([name]) => kept.has(name)));
    writeQuery({ ...others, ...paramsOf({ ...question, ...change }, standard) }, how);
  };
  return [question, ask];
}
