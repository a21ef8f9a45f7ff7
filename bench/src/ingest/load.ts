import { meteringEvent } from '../metering.ts';
import { Connection } from './connection.ts';

/** How hard to press: each connection waits for its answer before it asks again. */
export type Pressure = {
  readonly port: number;
  /** Events in a request; 1 is a single object, more are an array. */
  readonly batch: number;
  readonly connections: number;
  readonly seconds: number;
  /** The first event of the metering stream to send. */
  readonly firstEvent: number;
};

/** What was acknowledged. */
export type Load = {
  readonly seconds: number;
  readonly requests: number;
  readonly events: number;
  /** How long each request took to its acknowledgement, in ms, the shortest first. */
  readonly latenciesMs: Float64Array;
};

const requestsMax = 5_000_000;

/** Presses for `seconds`; every event the server does not accept is a failure of the whole load. */
export async function load({ port, batch, connections, seconds, firstEvent }: Pressure): Promise<Load> {
  const open = await Promise.all(Array.from({ length: connections }, () => Connection.open(port)));
  const latenciesMs: number[] = [];
  let nextEvent = firstEvent;
  let events = 0;

  const startedMs = performance.now();
  const untilMs = startedMs + seconds * 1_000;

  const press = async (connection: Connection): Promise<void> => {
    while (performance.now() < untilMs && latenciesMs.length < requestsMax) {
      const body = bodyOf(nextEvent, batch);
      nextEvent += batch;
      const askedMs = performance.now();
      const answer = await connection.post('/events', 'application/json', body);
      latenciesMs.push(performance.now() - askedMs);
      events += acceptedIn(answer, batch);
    }
  };

  try {
    await Promise.all(open.map(press));
  } finally {
    for (const connection of open) connection.close();
  }
  return {
    seconds: (performance.now() - startedMs) / 1_000,
    requests: latenciesMs.length,
    events,
    latenciesMs: Float64Array.from(latenciesMs).sort(),
  };
}

function bodyOf(first: number, batch: number): string {
  if (batch === 1) return JSON.stringify(meteringEvent(first));
  return JSON.stringify(Array.from({ length: batch }, (_, i) => meteringEvent(first + i)));
}

function acceptedIn(answer: string, sent: number): number {
  const { accepted } = JSON.parse(answer) as { accepted: unknown };
  if (accepted === sent) return sent;
  throw new Error(`expected {"accepted":${sent}}, came ${answer}`);
}
