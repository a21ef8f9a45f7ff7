import { hours, max, minutes, outOfOrder, pipeline, revise, sum, tumbling } from 'millrace';
import { generated } from '../query/generated.ts';
import { stopwatch } from '../stopwatch.ts';

/*
 * The process that measures revisions: prints one line of JSON.
 *
 * Every key has an event in each of some minutes, which then close; after that events come that are late for
 * those minutes. Each changes a minute, that changes the hour of its user, and that changes what is made of
 * the hour: one correction through three operators, up to the sink.
 */

export type RevisionOrder = { readonly keys: number; readonly late: number };
export type RevisionMeasured = { readonly cpuSeconds: number; readonly seconds: number; readonly changes: number; /** The same events, each in a minute that is open. */ readonly inTimeCpuSeconds: number };

type Use = { readonly user: string; readonly time: number; readonly n: number };

const minutesMade = 10;
const minuteMs = 60_000;
const batchEvents = 500;
const retain = hours(2);

/** Events that are all made before the clock starts, in batches. */
function many(count: number, of: (n: number) => Use): readonly (readonly Use[])[] {
  const all = Array.from({ length: count }, (_, n) => of(n));
  return Array.from({ length: Math.ceil(count / batchEvents) }, (_, batch) => all.slice(batch * batchEvents, (batch + 1) * batchEvents));
}

async function measure({ keys, late }: RevisionOrder): Promise<RevisionMeasured> {
  let changes = 0;
  let changesBefore = 0;
  let begun = stopwatch();
  let inTimeCpuSeconds = NaN;
  const users = Array.from({ length: keys }, (_, n) => `user-${n}`);
  const use = (n: number, minute: number): Use => ({ user: users[n % keys] as string, time: minute * minuteMs + (n % minuteMs), n: 1 + (n % 7) });
  const firsts = many(keys * minutesMade, (n) => use(n, Math.floor(n / keys)));
  const inTime = many(late, (n) => use(n, minutesMade));
  const lates = many(late, (n) => use(n, Math.floor(n / keys) % minutesMade));

  function* batches(): Generator<readonly Use[]> {
    yield* firsts;
    yield [use(0, minutesMade)];
    globalThis.gc?.();
    const open = stopwatch();
    yield* inTime;
    inTimeCpuSeconds = open().cpuSeconds;
    yield [use(0, 2 * minutesMade)];
    globalThis.gc?.();
    changesBefore = changes;
    begun = stopwatch();
    yield* lates;
    const { cpuSeconds, seconds } = begun();
    measured = { cpuSeconds, seconds, changes: changes - changesBefore, inTimeCpuSeconds };
  }

  let measured: RevisionMeasured | undefined;
  const program = pipeline('revision', (app) => {
    app.source('uses', generated(batches()), { time: ({ time }) => time, complete: outOfOrder(0), maxAhead: 'any' })
      .keyBy(({ user }) => user)
      .window(tumbling(minutes(1)))
      .aggregate({ all: sum(({ n }) => n), most: max(({ n }) => n) }, { name: 'minutes', late: revise({ retain }) })
      .groupBy(({ key }) => key)
      .window(tumbling(minutes(minutesMade)))
      .sum(({ value }) => value.all, { name: 'hours', late: revise({ retain }) })
      .map(({ value }) => value * 2)
      .to(app.callback('out', () => {
        changes++;
      }));
  });
  await program.run();
  if (measured === undefined) throw new Error('expected the source to be read to its end');
  return measured;
}

console.log(JSON.stringify(await measure(JSON.parse(process.argv[2] ?? '') as RevisionOrder)));
