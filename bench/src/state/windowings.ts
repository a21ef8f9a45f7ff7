import { calendar, countWindow, type GroupWindowing, global, group, hopping, hours, minutes, session, sliding, tumbling, type Windowing } from 'millrace';

/** An event whose key is one of many texts that are there before anything is measured. */
export type Keyed = { readonly key: string; readonly time: number; readonly n: number };

export type KindName = 'tumbling' | 'hopping' | 'sliding' | 'session' | 'calendar' | 'count' | 'group' | 'global';

const hour = hours(1);
const closes: GroupWindowing<Keyed> = group<Keyed>({ open: ({ n }) => n === 0, close: ({ n }) => n === 9, timeout: hour });

/** One of each kind; and how many open windows an event at the beginning of an hour is in. */
export const windowings: Readonly<Record<KindName, { readonly of: Windowing; readonly windows: number }>> = {
  tumbling: { of: tumbling(hour), windows: 1 },
  hopping: { of: hopping(hour, minutes(30)), windows: 2 },
  sliding: { of: sliding(hour), windows: 1 },
  session: { of: session(hour), windows: 1 },
  calendar: { of: calendar.day('Europe/Berlin'), windows: 1 },
  count: { of: countWindow(10), windows: 1 },
  group: { of: closes, windows: 1 },
  global: { of: global(), windows: 1 },
};

export const kindNames: readonly KindName[] = Object.keys(windowings) as KindName[];

/** Frontiers stay behind this, so nothing closes. */
export const disorderMs: number = hours(24);
