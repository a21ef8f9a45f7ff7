import { jsonFlaw } from '../json-flaw.ts';
import { DOUBTS_EXPECTED, areDoubts } from '../time/producers/message.ts';
import { type Message, PRODUCER_NAME_LENGTH_MAX } from './message.ts';

type Fields = Readonly<Record<string, unknown>>;
type Kind = Message<unknown>['kind'];

/** The fields that a message of each kind has besides `kind`, `producer`, `epoch`, `sequence` and `previous`. */
const OWN_FIELDS: Readonly<Record<Kind, readonly string[]>> = { event: ['value'], heartbeat: ['promise', 'doubts'], close: ['doubts'] };
const SHARED_FIELDS: readonly string[] = ['kind', 'producer', 'epoch', 'sequence', 'previous'];

/**
 * Why parsed JSON is no message of a producer; undefined if it is one.
 *
 * Checked are the shape, the numbers, and what lies inside a value; how large a message may be is a
 * matter of the transport.
 */
export function messageFlaw(message: unknown): string | undefined {
  if (typeof message !== 'object' || message === null || Array.isArray(message)) return `is ${named(message)}, expected an object`;
  const fields = message as Fields;
  const { kind, producer } = fields;
  if (kind !== 'event' && kind !== 'heartbeat' && kind !== 'close') {
    return `has the kind ${named(kind)}, expected 'event', 'heartbeat' or 'close'`;
  }
  if (typeof producer !== 'string' || producer.length === 0 || producer.length > PRODUCER_NAME_LENGTH_MAX) {
    return `has the producer ${named(producer)}, expected a name of 1 to ${PRODUCER_NAME_LENGTH_MAX} characters`;
  }
  return (
    wholeFlaw(fields, 'epoch', 0) ??
    wholeFlaw(fields, 'sequence', kind === 'event' ? 0 : -1) ??
    (kind === 'heartbeat' ? wholeFlaw(fields, 'promise', 0) : undefined) ??
    (kind === 'event' ? valueFlaw(fields) : undefined) ??
    (kind === 'event' ? undefined : doubtsFlaw(fields['doubts'])) ??
    previousFlaw(fields['previous'], fields['epoch'] as number) ??
    unknownFlaw(fields, [...SHARED_FIELDS, ...OWN_FIELDS[kind]])
  );
}

function wholeFlaw(fields: Fields, name: string, min: number, what = name): string | undefined {
  const value = fields[name];
  if (Number.isSafeInteger(value) && (value as number) >= min) return undefined;
  return `has the ${what} ${named(value)}, expected an integer of at least ${min}`;
}

function valueFlaw(fields: Fields): string | undefined {
  if (!Object.hasOwn(fields, 'value')) return 'is an event and has no value';
  const flaw = jsonFlaw(fields['value']);
  return flaw === undefined ? undefined : `has a value that ${flaw}`;
}

function doubtsFlaw(doubts: unknown): string | undefined {
  return doubts === undefined || areDoubts(doubts) ? undefined : `has the doubts ${named(doubts)}, expected ${DOUBTS_EXPECTED}`;
}

function previousFlaw(previous: unknown, epoch: number): string | undefined {
  if (previous === undefined) return undefined;
  if (typeof previous !== 'object' || previous === null || Array.isArray(previous)) {
    return `has the previous ${named(previous)}, expected { epoch, sequence }`;
  }
  const fields = previous as Fields;
  const flaw = wholeFlaw(fields, 'epoch', 0, 'previous epoch') ?? wholeFlaw(fields, 'sequence', -1, 'previous sequence');
  if (flaw !== undefined) return flaw;
  if ((fields['epoch'] as number) >= epoch) return `has the previous epoch ${String(fields['epoch'])}, expected one before its own, ${epoch}`;
  return unknownFlaw(fields, ['epoch', 'sequence'], ' in previous');
}

function unknownFlaw(fields: Fields, known: readonly string[], where = ''): string | undefined {
  const unknown = Object.keys(fields).find((name) => !known.includes(name));
  return unknown === undefined ? undefined : `has an unknown field ${named(unknown)}${where}`;
}

const TEXT_LENGTH_TOLD_MAX = 40;

/** A value in a few words: its content where that is short. */
function named(value: unknown): string {
  if (value === undefined) return '(missing)';
  if (value === null) return 'null';
  if (typeof value === 'string') return value.length > TEXT_LENGTH_TOLD_MAX ? `'${value.slice(0, TEXT_LENGTH_TOLD_MAX)}…'` : `'${value}'`;
  if (typeof value === 'number' || typeof value === 'boolean') return String(value);
  return Array.isArray(value) ? 'a list' : 'an object';
}
