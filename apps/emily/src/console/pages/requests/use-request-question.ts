import { useMemo, useSyncExternalStore } from 'react';
import type { RequestQuestion } from '../../api-requests.ts';
import { subscribeQuery, writeQuery } from '../../shell/query-param.ts';

const empty: RequestQuestion = { tenant: '', model: '', outcome: '', key: '', user: '' };
const names = Object.keys(empty) as (keyof RequestQuestion)[];

/** Which requests the address asks for, which one of them is open, and how to ask for others. */
export type Asked = RequestQuestion & { readonly request: string };

export const isEmpty = (question: RequestQuestion): boolean => names.every((name) => question[name] === '');

/** A choice is a step that "back" takes back; what is typed is none. */
export function useRequestQuestion(): readonly [Asked, (change: Partial<Asked>, how?: 'push' | 'replace') => void] {
  const search = useSyncExternalStore(subscribeQuery, () => location.search);
  const asked = useMemo((): Asked => {
    const params = new URLSearchParams(search);
    return { ...empty, ...Object.fromEntries([...names, 'request'].map((name) => [name, params.get(name) ?? ''])), request: params.get('request') ?? '' };
  }, [search]);
  return [asked, (change, how = 'push') => writeQuery(paramsOf({ ...asked, ...change }), how)];
}

/** The parameters of the page's address, without those that ask for nothing. */
export const paramsOf = (asked: Partial<Asked>): Readonly<Record<string, string>> =>
  ({ page: 'requests', ...Object.fromEntries(Object.entries(asked).filter(([, value]) => value !== '')) });
