/*
 * A program of a hundred operators, as text: what the compiler is timed on.
 *
 * Four groups of streams with event types of their own, so that nothing is known from the group before:
 * each has every operator there is, one a line, and reads what others infer: nothing is annotated but what a
 * process emits.
 */

const groups = ['Clicks', 'Orders', 'Rides', 'Uses'] as const;

/** One operator a line; `A` is the name of the group. */
const operators: readonly string[] = [
  `const aMapped = a.map((e) => ({ ...e, cents: Math.round(e.amount * 100), hour: Math.floor(e.time / 3_600_000) }));`,
  `const aFiltered = aMapped.filter((e) => e.cents > 0);`,
  `const aSpread = aFiltered.flatMap((e) => e.tags.map((tag, place) => ({ ...e, tag, place })));`,
  `const aSplit = a.split({ done: (e) => e.state === 'done', failed: (e) => e.state === 'failed' });`,
  `const aMerged = aSplit.done.merge(aSplit.failed, aSplit.rest);`,
  `const aThen = aSplit.done.concat(aSplit.failed);`,
  `const aOrdered = aMerged.reorder({ by: 'time' });`,
  `const aOnce = aFiltered.dedupe({ id: (e) => e.id, for: minutes(10) });`,
  `const aTumbling = aOnce.keyBy({ user: (e) => e.user, hour: (e) => e.hour }).window(tumbling(minutes(1))).aggregate({ n: count(), cents: sum((e) => e.cents), most: max((e) => e.cents), users: distinct((e) => e.user) }, { late: revise({ retain: hours(1) }) });`,
  `const aMonths = aTumbling.groupBy((row) => row.key.user).window(calendar.month('Europe/Berlin')).sum((row) => row.value.cents, { late: revise({ retain: hours(1) }) });`,
  `const aHopping = aSpread.keyBy((e) => e.tag).window(hopping(minutes(10), minutes(2))).count();`,
  `const aSliding = aSpread.keyBy((e) => e.tag).window(sliding(minutes(5))).sum((e) => e.cents);`,
  `const aSessions = a.keyBy((e) => e.user).window(session(minutes(5))).collect((e) => e.state);`,
  `const aGroups = a.keyBy((e) => e.user).window(group({ open: (e) => e.state === 'open', close: (e) => e.state === 'done', timeout: minutes(30) })).collect();`,
  `const aCounts = a.keyBy((e) => e.user).window(countWindow(5)).quantile((e) => e.amount, [0.5, 0.99]);`,
  `const aLatest = a.keyBy((e) => e.user).toTable();`,
  `const aVersions = aOnce.keyBy((e) => e.user).toTable({ versioned: hours(1), value: (e) => ({ cents: e.cents, tags: e.tags }) });`,
  `const aPriced = aOrdered.keyBy((e) => e.user).joinTable(aVersions, { missing: 'null' }, (e, row) => ({ ...e, price: row?.cents ?? 0 }));`,
  `const aPairs = aFiltered.keyBy((e) => e.user).leftJoin(aSpread.keyBy((e) => e.user), { within: minutes(1) }, (one, other) => ({ ...one, tag: other?.tag }));`,
  `const aTotals = aPriced.keyBy((e) => e.user).sum((e) => e.price);`,
  `const aJoined = aLatest.join(aTotals, (event, total) => ({ state: event.state, total }));`,
  `const aReferring = aJoined.leftJoinForeign(aLatest, (row) => row.key, (one, other) => ({ ...one, other: other?.state }));`,
  `const aRich = aReferring.filter((row) => row.value.total > 100).map((row) => ({ ...row.value, user: row.key }));`,
  `const aTop = aRich.top(3, (row) => row.value.total);`,
  `const aAlarms = aPairs.keyBy((e) => e.user).process<{ user: string; tag: string | undefined }, { seen: number }>({ state: () => ({ seen: 0 }), on: (e, { state, emit }) => { state.set({ seen: state.get().seen + e.cents }); emit({ user: e.user, tag: e.tag }); } });`,
];

/** Every result is asked for what was inferred: a wrong inference does not compile. */
const uses: readonly string[] = [
  `aMonths.final().to(app.callback('a months', ({ key, value, window }) => say(key.length + value + (window?.end ?? 0))));`,
  `aHopping.changes().to(app.callback('a hopping', ({ key, after }) => say(key.length + (after ?? 0))));`,
  `aSliding.changes().to(app.callback('a sliding', ({ after }) => say(after ?? 0)));`,
  `aSessions.final().to(app.callback('a sessions', ({ value }) => say(value.filter((state) => state === 'done').length)));`,
  `aGroups.final().to(app.callback('a groups', ({ value }) => say(value.timedOut ? 0 : value.events.length)));`,
  `aCounts.final().to(app.callback('a counts', ({ value: [middle, high] }) => say(middle + high)));`,
  `aThen.to(app.callback('a then', ({ amount }) => say(amount)));`,
  `aTop.changes().to(app.callback('a top', ({ after }) => say(after?.[0]?.value.total ?? 0)));`,
  `aAlarms.to(app.callback('a alarms', ({ user, tag }) => say(user.length + (tag?.length ?? 0))));`,
];

/** How many operators the program has. */
export const operatorCount: number = groups.length * operators.length;

export function hundredOperators(): string {
  const imports = 'calendar, count, countWindow, distinct, group, hopping, hours, jsonLines, max, minutes, outOfOrder, pipeline, revise, session, sliding, sum, tumbling';
  return [
    `import { ${imports} } from 'millrace';`,
    'declare function say(figure: number): void;',
    ...groups.map((name) => `type ${name} = { id: string; user: string; time: number; amount: number; tags: string[]; state: 'open' | 'done' | 'failed' | 'of ${name}' };`),
    `export const program = pipeline('hundred', (app) => {`,
    ...groups.flatMap((name) => [
      `const a = app.source('a', jsonLines<${name}>('a.jsonl'), { time: (e) => e.time, complete: outOfOrder(minutes(1)) });`,
      ...operators,
      ...uses,
    ].map((line) => `  ${named(line, name)}`)),
    `  return { ${groups.flatMap((name) => ['aTumbling', 'aMonths', 'aLatest', 'aRich'].map((table) => named(table, name))).join(', ')} };`,
    '});',
    '',
  ].join('\n');
}

/** Names that begin with `a` are those of the group. */
function named(line: string, group: string): string {
  const small = group.toLowerCase();
  return line.replace(/\ba([A-Z]\w*)/g, `${small}$1`).replace(/\ba\b/g, small);
}
