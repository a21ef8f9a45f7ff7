import { errors } from '../error.ts';
import { HttpClient } from '../port/http-client.ts';
import { MESSAGES_PATH } from './messages-path.ts';
import { ALL_DELIVERED, type Delivery, type Transport } from './transport.ts';

const ANSWER_MS_MAX = 30_000;
const REASON_LENGTH_TOLD_MAX = 200;

export interface ConnectOptions {
  /** How long the answer to one request may take, in ms. Default 30 s. */
  readonly timeoutMs?: number;
}

/**
 * Sends over HTTP to `httpIngest({ messages: true })`; given several addresses, each is a partition.
 *
 * Sending again is safe: a message is known by its numbers, and its receiver drops what it has.
 */
export function connectTo(address: string | readonly string[], { timeoutMs = ANSWER_MS_MAX }: ConnectOptions = {}): Transport {
  if (!(timeoutMs > 0)) throw new RangeError(`connectTo(…, { timeoutMs: ${timeoutMs} }): expected a positive number of ms`);
  const urls = (typeof address === 'string' ? [address] : address).map(urlOf);
  if (urls.length === 0) throw new RangeError('connectTo([]): expected at least one address');
  const client = new HttpClient({ timeoutMs });
  return {
    to: urls.map(String).join(', '),
    partitions: urls.length,
    deliver: (partition, messages, signal) => deliver(client, urls[partition] as URL, messages, signal),
    close: async () => client.close(),
  };
}

function urlOf(address: string): URL {
  const url = URL.canParse(address) ? new URL(address) : undefined;
  if (url === undefined || (url.protocol !== 'http:' && url.protocol !== 'https:')) {
    throw new RangeError(`connectTo('${address}'): expected an address such as http://meter:7070`);
  }
  if (url.pathname === '/') url.pathname = MESSAGES_PATH;
  return url;
}

async function deliver(client: HttpClient, url: URL, messages: readonly string[], signal: AbortSignal): Promise<Delivery> {
  let status: number;
  let text: string;
  let retryAfterMs: number | undefined;
  try {
    ({ status, text, retryAfterMs } = await client.post(url, `[${messages.join(',')}]`, signal));
  } catch (error) {
    throw errors.NOT_DELIVERED({ to: url.href, reason: (error as Error).message }, error);
  }
  if (status === 413) {
    if (messages.length > 1) return inHalves(client, url, messages, signal);
    return { refused: new Map([[0, `is too large: ${told(text)}`]]) };
  }
  if (status !== 200) {
    throw errors.NOT_DELIVERED({ to: url.href, reason: `${status} ${told(text)}`, ...(retryAfterMs !== undefined && { retryAfterMs }) });
  }
  const answer = answerOf(text);
  if (answer === undefined || answer.accepted + answer.bad.length + answer.moreBad !== messages.length) {
    throw errors.NOT_DELIVERED({ to: url.href, reason: `the answer is not that of an ingest of messages: ${told(text)}` });
  }
  // An answer tells of some refusals only: of fewer messages it tells all.
  if (answer.moreBad > 0) return inHalves(client, url, messages, signal);
  return answer.bad.length === 0 ? ALL_DELIVERED : { refused: new Map(answer.bad.map(({ index, reason }) => [index, reason])) };
}

async function inHalves(client: HttpClient, url: URL, messages: readonly string[], signal: AbortSignal): Promise<Delivery> {
  const middle = Math.ceil(messages.length / 2);
  const first = await deliver(client, url, messages.slice(0, middle), signal);
  const second = await deliver(client, url, messages.slice(middle), signal);
  return { refused: new Map([...first.refused, ...[...second.refused].map(([index, reason]): [number, string] => [middle + index, reason])]) };
}

interface Answer {
  readonly accepted: number;
  readonly bad: readonly { readonly index: number; readonly reason: string }[];
  readonly moreBad: number;
}

function answerOf(text: string): Answer | undefined {
  try {
    const { accepted, bad, moreBad = 0 } = JSON.parse(text) as Partial<Answer>;
    if (!Number.isSafeInteger(accepted) || !Number.isSafeInteger(moreBad) || !Array.isArray(bad)) return undefined;
    const isTold = ({ index, reason }: Answer['bad'][number]): boolean => Number.isSafeInteger(index) && typeof reason === 'string';
    return bad.every(isTold) ? { accepted: accepted as number, bad: bad as Answer['bad'], moreBad } : undefined;
  } catch {
    return undefined;
  }
}

/** What the receiver says, as far as it is fit for people. */
function told(text: string): string {
  let said = text;
  try {
    const { error } = JSON.parse(text) as { error?: { message?: unknown; got?: unknown } };
    if (typeof error?.message === 'string') said = `${error.message} Got: ${String(error.got)}`;
  } catch {
    // It is told as it came.
  }
  return said.length > REASON_LENGTH_TOLD_MAX ? `${said.slice(0, REASON_LENGTH_TOLD_MAX)}…` : said;
}
