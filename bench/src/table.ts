import type { Order } from './arguments.ts';
import type { Outcome } from './carry-out.ts';
import { type Figures, ratio } from './compare.ts';
import { expectedAnswers } from './expected-answers.ts';
import { loopShareMin, queries, type QueryName } from './workload.ts';

/** The outcome for people: a line for each side, and a sentence for each thing that follows. */
export function table(order: Order, outcome: Outcome, core: number | undefined): string {
  const { query, stream, events } = order;
  const sides: (readonly [string, Figures | undefined])[] = [
    [query === 'gen' ? `${stream} generator` : 'millrace', outcome.subject],
    ['hand-written loop', outcome.hand],
    [`${stream} generator`, outcome.generator],
    ['millrace on m1', outcome.m1],
  ];
  const lines = sides.flatMap(([name, side]) => side === undefined ? [] : [cells(events, name, side)]);
  return [
    title(order, core),
    '',
    ...aligned([['', 'CPU s', 'spread', 'wall s', 'M events/CPU s', 'peak MB', 'rows', 'checksum'], ...lines]),
    ...query === 'gen' ? [] : ['', ...remarks(query, events, outcome)],
  ].join('\n');
}

function title({ query, store, events, repeat }: Order, core: number | undefined): string {
  return [
    query,
    ...query === 'gen' ? [] : [store === 'disk' ? 'state on disk' : 'state in memory'],
    `${grouped(events)} events`,
    repeat === 1 ? 'one run' : `the best of ${repeat} runs`,
    core === undefined ? 'not pinned to a core' : `pinned to core ${core}`,
  ].join(' · ');
}

function remarks(query: QueryName, events: number, { subject, hand, generator, m1, disagreements }: Outcome): string[] {
  const said: string[] = [];
  if (hand !== undefined) {
    said.push(`ratio ${ratio(hand, subject).toFixed(2)}: CPU time of the hand-written loop ÷ millrace's; 1 is as fast as the loop`);
  }
  if (m1 !== undefined) {
    said.push(`of m1 ${ratio(m1, subject).toFixed(2)}: ${query === 'm2'
      ? "CPU time of m1 in memory ÷ m2's; what durability leaves of the speed"
      : query === 'm1-revise'
        ? "CPU time of m1 that drops what is late ÷ that which could revise it; what being able to leaves of the speed"
        : "CPU time of m1 with an assumed bound on disorder ÷ that with numbered producers; what proof leaves of the speed"}`);
  }
  if (hand !== undefined && generator !== undefined) {
    const speed = ratio(generator, hand);
    const least = loopShareMin * (queries[query].loopOfGenerator ?? 0);
    said.push(`the loop runs at ${speed.toFixed(2)} of the bare generator; `
      + `${speed < least ? 'TOO SLOW to be a limit, which' : 'a limit'} takes ${least.toFixed(2)}`);
  }
  if (disagreements.length === 0) said.push(compared(query, events, hand !== undefined || m1 !== undefined));
  return said;
}

function compared(query: QueryName, events: number, besideOthers: boolean): string {
  if (expectedAnswers[query].has(events)) return 'rows and checksums are those of the specification';
  if (besideOthers) return 'rows and checksums agree';
  return 'rows and checksum compared with nothing: add --hand, or take 1, 2 or 10 million events';
}

function cells(events: number, name: string, side: Figures): string[] {
  return [
    name,
    side.cpuSeconds.toFixed(3),
    `+${Math.round(side.spread * 100)} %`,
    side.seconds.toFixed(3),
    (events / side.cpuSeconds / 1e6).toFixed(2),
    `${side.rssMb}`,
    grouped(side.rows),
    grouped(side.checksum),
  ];
}

function aligned(lines: readonly (readonly string[])[]): string[] {
  const width = (column: number): number => Math.max(...lines.map((line) => line[column]?.length ?? 0));
  return lines.map((line) => line
    .map((cell, column) => column === 0 ? cell.padEnd(width(column)) : cell.padStart(width(column)))
    .join('  '));
}

const grouped = (value: number): string => value.toLocaleString('en-US');
