import { useMemo } from 'react';
import type { EpochMs } from '../../api.ts';
import { usePolled } from '../../live/use-polled.ts';
import { keyStrings } from '../../strings-of-keys.ts';

type Act = { readonly act: string; readonly key?: string; readonly by?: string };
type Audit = { readonly data: readonly Act[] };

const ASK_EVERY_MS = 60_000;

/** Who made each key, by its id, as the first page of the audit tells; null where one may not see that. `count`: so many keys there are; another number is a reason to ask again. */
export function useMakers(tenant: string, count: number | null, at: EpochMs): ReadonlyMap<string, string> | null {
  const path = count === null ? null : `/v1/audit${tenant === '' ? '' : `?${new URLSearchParams({ tenant }).toString()}`}`;
  const { answer } = usePolled<Audit>(path, ASK_EVERY_MS, at, count);
  return useMemo(() => (answer === null ? null : new Map(answer.data.flatMap(({ act, key, by }) => (act === 'key-created' && key !== undefined ? [[key, by ?? keyStrings.byNobody] as const] : [])))), [answer]);
}
