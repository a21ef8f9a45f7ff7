import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { setTimeout as delay } from 'node:timers/promises';

/*
 * A replica that takes no time: it answers every chat at once with the same bytes, and a stream with a token every
 * 50 ms. So what is measured is the gateway before it. Prints its port, and ends with its standard input.
 */

const TOKEN_EVERY_MS = 50;
const PROMPT_TOKENS = 10;

const head = '"id":"chatcmpl-1","created":1700000000,"model":"bench"';
const usage = (tokens: number): string => `"usage":{"prompt_tokens":${PROMPT_TOKENS},"completion_tokens":${tokens},"total_tokens":${PROMPT_TOKENS + tokens}}`;
const whole = `{${head},"object":"chat.completion","choices":[{"index":0,"message":{"role":"assistant","content":"${'word '.repeat(20)}"},"finish_reason":"stop"}],${usage(20)}}`;
const wholeHeaders = { 'content-type': 'application/json', 'content-length': Buffer.byteLength(whole) };
const chunk = (choices: string, tokens: number): string => `data: {${head},"object":"chat.completion.chunk","choices":[${choices}],${usage(tokens)}}\n\n`;

type Asked = { readonly stream?: boolean; readonly max_tokens?: number };

async function stream(response: ServerResponse, tokens: number): Promise<void> {
  response.writeHead(200, { 'content-type': 'text/event-stream' });
  const startedMs = performance.now();
  for (let token = 1; token <= tokens && !response.destroyed; token += 1) {
    // By the clock and not by the last one, so that a late timer delays no other token.
    await delay(Math.max(0, startedMs + token * TOKEN_EVERY_MS - performance.now()));
    response.write(chunk(`{"index":0,"delta":{"content":"word "},"finish_reason":null}`, token));
  }
  response.end(`${chunk('', tokens)}data: [DONE]\n\n`);
}

async function answer(request: IncomingMessage, response: ServerResponse): Promise<void> {
  const parts: Buffer[] = [];
  for await (const part of request) parts.push(part as Buffer);
  if (request.method !== 'POST') return void response.writeHead(200, { 'content-type': 'application/json' }).end('{"object":"list","data":[{"id":"bench","object":"model"}]}');
  const asked = JSON.parse(Buffer.concat(parts).toString()) as Asked;
  if (asked.stream === true) return stream(response, asked.max_tokens ?? 20);
  response.writeHead(200, wholeHeaders).end(whole);
}

const server = createServer((request, response) => void answer(request, response));
server.keepAliveTimeout = 120_000;
server.listen(0, '127.0.0.1', () => console.log((server.address() as AddressInfo).port));
process.stdin.resume().on('end', () => process.exit(0));
