import { fork } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Chance } from '../../src/testing/simulate/chance.ts';
import type { Event, FromChild } from './messages.ts';

/** At most so many events at a time, and so many that are not known to be durable yet. */
const BATCH_MAX = 8;
const OPEN_MAX = 40;
const KEYS = ['a', 'b', 'c', 'd'];
const WINDOW_MS = 50;
/** One of so many processes is killed at any moment from its start on, perhaps before it is up; the others when they are. */
const EARLY_ONE_IN = 5;
/** How long such a one lives at most, and the others from when they are up, in ms. */
const START_MS_MAX = 500;
const LIFE_MS_MAX = 150;
/** Longer than any process takes to come to its end. */
const PATIENCE_MS = 60_000;

export interface Killed {
  /** How many processes were killed, how many of them before they had recovered. */
  readonly kills: number;
  readonly early: number;
  readonly events: number;
  /** How many events were sent again, because nobody had said that they were durable. */
  readonly again: number;
  readonly problems: readonly string[];
}

/**
 * A program on a real disk, killed again and again while events are appended; then the last process counts to the end.
 *
 * What was acknowledged must be there, and everything exactly once: what is not acknowledged is sent again. The files
 * that the program writes are compared with the events that there were.
 */
export async function killed(seed: number, kills: number, told: (kills: number) => void): Promise<Killed> {
  const folder = mkdtempSync(join(tmpdir(), 'millrace-kill-'));
  const chance = new Chance(seed);
  const events: Event[] = [];
  /** Those that may not be durable, in order. */
  let open: Event[] = [];
  let [again, early] = [0, 0];
  try {
    for (let life = 0; life <= kills; life += 1) {
      const isLast = life === kills;
      const resent = open;
      again += resent.length;
      const ended = await lived(folder, chance, isLast, { resent, next: () => made(chance, events), done: (ids) => (open = open.filter(({ id }) => !ids.includes(id))), sent: (one) => open.push(one), isFull: () => open.length >= OPEN_MAX });
      if (ended === 'early') early += 1;
      if (typeof ended === 'object') return { kills: life, early, events: events.length, again, problems: [ended.problem] };
      told(life);
    }
    return { kills, early, events: events.length, again, problems: wrong(folder, events) };
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

interface Sender {
  readonly resent: readonly Event[];
  readonly next: () => Event;
  readonly done: (ids: readonly number[]) => void;
  readonly sent: (one: Event) => void;
  readonly isFull: () => boolean;
}

/** One process: 'early': it was killed before it was up. The last one gets what is left, and comes to its end. */
async function lived(folder: string, chance: Chance, isLast: boolean, { resent, next, done, sent, isFull }: Sender): Promise<'killed' | 'early' | 'ended' | { readonly problem: string }> {
  const child = fork(join(import.meta.dirname, 'child.ts'), [folder], { execArgv: ['--conditions=source', '--disable-warning=ExperimentalWarning'], stdio: ['ignore', 'ignore', 'pipe', 'ipc'] });
  let stderr = '';
  child.stderr?.on('data', (data: Buffer) => void (stderr += data.toString()));
  let isUp = false;
  const open = new Set(resent.map(({ id }) => id));
  const send = (batch: readonly Event[]): void => void (child.connected && child.send(batch, () => {}));
  const sendMore = (): void => {
    if (isLast) return void (open.size === 0 && child.connected && child.send('end', () => {}));
    if (isFull()) return;
    const batch = Array.from({ length: chance.between(1, BATCH_MAX) }, next);
    for (const one of batch) {
      sent(one);
      open.add(one.id);
    }
    send(batch);
  };
  child.on('message', (message: FromChild) => {
    if (message === 'ready') {
      isUp = true;
      if (!isLast) timer = setTimeout(kill, chance.between(1, LIFE_MS_MAX));
      if (resent.length > 0) send(resent);
      sendMore();
      return;
    }
    done(message.durable);
    for (const id of message.durable) open.delete(id);
    sendMore();
  });
  const isEarly = !isLast && chance.oneIn(EARLY_ONE_IN);
  const kill = (): void => void child.kill('SIGKILL');
  const patience = setTimeout(kill, isEarly ? chance.between(1, START_MS_MAX) : PATIENCE_MS);
  let timer: NodeJS.Timeout | undefined;
  const [code, signal] = (await once(child, 'close')) as [number | null, NodeJS.Signals | null];
  clearTimeout(patience);
  clearTimeout(timer);
  if (signal === 'SIGKILL' && !isLast) return isUp ? 'killed' : 'early';
  if (isLast && code === 0) return 'ended';
  return { problem: `a process ended with ${code ?? signal}: ${stderr.slice(0, 2_000)}` };
}

/** The next event, out of order by less than the bound of the program. */
function made(chance: Chance, events: Event[]): Event {
  const id = events.length;
  const event = { id, at: id * 2 + chance.below(10), key: chance.pick(KEYS), value: chance.between(-100, 100) };
  events.push(event);
  return event;
}

/** What the files say that is not so. */
function wrong(folder: string, events: readonly Event[]): readonly string[] {
  const ids = linesOf(join(folder, 'events.jsonl')) as readonly number[];
  const problems: string[] = [];
  if (new Set(ids).size !== ids.length) problems.push(`${ids.length - new Set(ids).size} events were counted twice`);
  const lost = events.filter(({ id }) => !ids.includes(id));
  if (lost.length > 0) problems.push(`${lost.length} of ${events.length} events are lost, such as ${lost[0]?.id}`);
  const expected = new Map<string, { events: number; total: number }>();
  for (const { at, key, value } of events) {
    const name = `${key} ${Math.floor(at / WINDOW_MS) * WINDOW_MS}`;
    const { events: n = 0, total = 0 } = expected.get(name) ?? {};
    expected.set(name, { events: n + 1, total: total + value });
  }
  const rows = linesOf(join(folder, 'final.jsonl')) as readonly { key: string; start: number; events: number; total: number }[];
  for (const { key, start, events: n, total } of rows) {
    const name = `${key} ${start}`;
    const known = expected.get(name);
    if (known?.events !== n || known.total !== total) problems.push(`window ${name} was said to have ${n} events and ${total}; it has ${known?.events ?? 'none, or was said twice'} and ${known?.total}`);
    expected.delete(name);
  }
  if (expected.size > 0) problems.push(`${expected.size} windows were never said`);
  return problems;
}

function linesOf(path: string): readonly unknown[] {
  return readFileSync(path, 'utf8')
    .split('\n')
    .slice(0, -1)
    .map((line) => JSON.parse(line) as unknown);
}
