import { tmpdir } from 'node:os';
import { parseArgs } from 'node:util';
import { eventsMax } from './answer.ts';
import { hasLoop } from './sides.ts';
import { UsageError } from './usage-error.ts';
import { isBesideM1, isQueryName, queries, type QueryName, type StoreKind, type StreamName } from './workload.ts';

/** What the command line asks to be measured. */
export type Order = {
  /** `gen` is the bare generator of the stream. */
  readonly query: QueryName | 'gen';
  readonly stream: StreamName;
  readonly store: StoreKind;
  readonly events: number;
  /** Run the hand-written loop and the bare generator too. */
  readonly hand: boolean;
  /** Runs of each side. */
  readonly repeat: number;
  readonly json: boolean;
  /** Where the stores of `disk` are made, and removed again. */
  readonly folder: string;
};

export const usage: string = `usage: npm run bench -- QUERY --events N [--store memory|disk] [--hand] [--repeat R] [--json] [--dir FOLDER]
       npm run bench -- gen --events N [--stream nexmark|metering] [--repeat R] [--json]
       npm run bench -- state [--keys N] [--json]
       npm run bench -- revision [--events N] [--repeat R] [--json]
       npm run bench -- store [--keys N] [--events N] [--repeat R] [--json] [--dir FOLDER]
       npm run bench -- larger [--keys N] [--events N] [--hot N] [--json] [--dir FOLDER]
       npm run bench -- types [--repeat R] [--json]
       npm run bench -- gateway [--seconds S] [--repeat R] [--connections N] [--streams N] [--stream-seconds S] [--minutes M] [--litellm VENV] [--json] [--dir FOLDER]
       npm run bench -- ingest [--batch EVENTS] [--seconds S] [--json] [--dir FOLDER]
QUERY: ${Object.keys(queries).join(', ')}`;

const repeatMax = 100;
const repeatBesideOthers = 3;

export function parseOrder(argv: readonly string[]): Order {
  const { name, options } = split(argv);
  const subject = name === 'gen' ? generator(options) : query(name, options);
  const besideOthers = options.hand || isBesideM1(subject.query);
  return {
    ...subject,
    events: wholeNumber('--events', options.events, eventsMax),
    hand: options.hand,
    repeat: options.repeat === undefined
      ? besideOthers ? repeatBesideOthers : 1
      : wholeNumber('--repeat', options.repeat, repeatMax),
    json: options.json,
    folder: options.dir,
  };
}

type Options = {
  readonly events: string | undefined;
  readonly store: string | undefined;
  readonly stream: string | undefined;
  readonly repeat: string | undefined;
  readonly dir: string;
  readonly hand: boolean;
  readonly json: boolean;
};

function split(argv: readonly string[]): { name: string; options: Options } {
  const { values, positionals } = understood(() => parseArgs({
    args: [...argv],
    allowPositionals: true,
    options: {
      events: { type: 'string' },
      store: { type: 'string' },
      stream: { type: 'string' },
      repeat: { type: 'string' },
      dir: { type: 'string' },
      hand: { type: 'boolean', default: false },
      json: { type: 'boolean', default: false },
    },
  }));
  const [name, ...others] = positionals;
  if (name === undefined) throw new UsageError('expected a query, nothing came');
  if (others.length > 0) throw new UsageError(`expected one query, came ${positionals.join(' ')}`);
  const { events, store, stream, repeat, dir = tmpdir(), hand, json } = values;
  return { name, options: { events, store, stream, repeat, dir, hand, json } };
}

type Subject = Pick<Order, 'query' | 'stream' | 'store'>;

function generator({ store = 'memory', stream = 'nexmark', hand }: Options): Subject {
  if (hand) throw new UsageError('gen has no hand-written loop: it is the work that all sides share; leave --hand out');
  if (store !== 'memory') throw new UsageError(`gen keeps no state: expected no --store, came "${store}"`);
  return { query: 'gen', stream: oneOf('--stream', stream, ['nexmark', 'metering']), store };
}

function query(name: string, { store, stream, hand }: Options): Subject {
  if (!isQueryName(name)) {
    throw new UsageError(`expected one of gen, ${Object.keys(queries).join(', ')}, state, revision, store, larger, types, gateway, ingest, came "${name}"`);
  }
  if (hand && !hasLoop(name)) throw new UsageError(`${name} has no hand-written loop: it is always set beside m1; leave --hand out`);
  const { stream: reads, store: usual } = queries[name];
  if (stream !== undefined) throw new UsageError(`${name} always reads the ${reads} stream: expected no --stream, came "${stream}"`);
  const kept = oneOf('--store', store ?? usual, ['memory', 'disk']);
  if (name === 'm2' && kept === 'memory') throw new UsageError('m2 is m1 on disk: expected --store disk, came "memory"; run m1');
  return { query: name, stream: reads, store: kept };
}

/** Node's own message for an unknown option is a good sentence; only its class says too little. */
export function understood<T>(parse: () => T): T {
  try {
    return parse();
  } catch (error) {
    throw new UsageError((error as Error).message, { cause: error });
  }
}

export function wholeNumber(option: string, text: string | undefined, max: number): number {
  const value = text !== undefined && /^\d+$/.test(text) ? Number(text) : NaN;
  if (value >= 1 && value <= max) return value;
  const came = text === undefined ? 'nothing' : `"${text}"`;
  throw new UsageError(`expected ${option} with a whole number from 1 to ${max}, came ${came}`);
}

function oneOf<const T extends string>(option: string, text: string, allowed: readonly T[]): T {
  const found = allowed.find((candidate) => candidate === text);
  if (found !== undefined) return found;
  throw new UsageError(`expected ${option} ${allowed.join(' or ')}, came "${text}"`);
}
