import { badRow } from 'millrace';
import { piecesOf } from './event-pieces.ts';
import { jsonOf } from './json-body.ts';
import { Turns } from './turns.ts';
import { decisive, decisiveData, malformed, usageEvent, type EventProblem, type EventRules } from './usage-event.ts';
import type { UsageEvent } from '../domain/usage-event.ts';

/** Of one request, and of one event in bytes. */
export const EVENTS_MAX = 10_000;
const EVENT_BYTES_MAX = 64 * 1_024;

/** As much of what is set aside is looked at, in bytes; less of it is kept. */
const RAW_BYTES_MAX = 16 * 1_024;

export type Reading = {
  /** A line each, or one JSON value. */
  readonly asLines: boolean;
  readonly rules: EventRules;
  /** What is before this instant comes too late to be counted. */
  readonly closedBefore: number;
};

/** What a body came to: rows for the log, what is wrong with some of them, and how many come too late to be counted. */
export type EventRows = { readonly rows: readonly unknown[]; readonly problems: readonly { readonly index: number; readonly problem: string }[]; readonly late: number };

/**
 * Reads every event of a body, a few ms at a time. What is wrong with one is that one's problem; a list that is
 * no JSON is one problem. More than EVENTS_MAX are counted, and nothing else is done: the count comes back.
 */
export async function rowsOf(body: Buffer, { asLines, rules, closedBefore }: Reading): Promise<EventRows | number> {
  const { count, places, flaw, isList } = await piecesOf(body, { asLines, max: EVENTS_MAX });
  if (count > EVENTS_MAX) return count;
  if (flaw !== undefined) return notJson(body, `is not JSON: it ${flaw}`);
  const rows: unknown[] = [];
  const problems: { index: number; problem: string }[] = [];
  let late = 0;
  const turns = new Turns();
  for (let index = 0; index < count; index++) {
    if (turns.over) await turns.others();
    const piece = body.subarray(places[2 * index], places[2 * index + 1]);
    const { event, reason, problem, isJson = true } = eventIn(piece, rules);
    if (event !== undefined) {
      rows.push(event);
      if (event.at < closedBefore) late += 1;
    } else if (isList && !isJson) {
      return notJson(body, `${problem}, in member ${index} of the list`);
    } else {
      rows.push(badRow(reason, problem, rawOf(piece)));
      problems.push({ index, problem });
    }
  }
  return { rows, problems, late };
}

type Found = { readonly event: UsageEvent; readonly reason?: never; readonly problem?: never; readonly isJson?: never } | (EventProblem & { readonly isJson?: boolean });

function eventIn(piece: Buffer, rules: EventRules): Found {
  if (piece.length > EVENT_BYTES_MAX) return { reason: 'too-large', problem: `is larger than ${EVENT_BYTES_MAX} bytes` };
  const read = jsonOf(piece, decisive);
  return 'flaw' in read ? { ...malformed(read.flaw), isJson: read.isJson } : usageEvent(read.value, rules);
}

/** The one event of a request whose headers are its attributes, and whose body is its data. */
export function rowOfHeaders(body: Buffer, attributes: Readonly<Record<string, string>> | string, { rules, closedBefore }: Omit<Reading, 'asLines'>): EventRows {
  const { event, reason, problem } = typeof attributes === 'string' ? malformed(attributes) : eventOf(attributes, body, rules);
  if (event === undefined) return { rows: [badRow(reason, problem, rawOf(body))], problems: [{ index: 0, problem }], late: 0 };
  return { rows: [event], problems: [], late: event.at < closedBefore ? 1 : 0 };
}

function eventOf(attributes: Readonly<Record<string, string>>, body: Buffer, rules: EventRules): Found {
  if (body.length > EVENT_BYTES_MAX) return { reason: 'too-large', problem: `is larger than ${EVENT_BYTES_MAX} bytes` };
  const read = jsonOf(body, decisiveData);
  return 'flaw' in read ? malformed(read.flaw) : usageEvent({ ...attributes, data: read.value }, rules);
}

/** A body that is nothing of the kind, set aside as a whole. */
function notJson(body: Buffer, problem: string): EventRows {
  return { rows: [badRow('malformed', problem, rawOf(body))], problems: [{ index: 0, problem }], late: 0 };
}

const rawOf = (bytes: Buffer): string => bytes.toString('utf8', 0, RAW_BYTES_MAX);
