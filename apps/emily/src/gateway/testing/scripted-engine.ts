import { once } from 'node:events';
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { Pool } from 'undici';
import { onTestFinished } from 'vitest';
import type { RequestId } from '../../domain/names.ts';
import type { Replica } from '../replica.ts';

/** What an engine does with one request. */
export type Script = (response: ServerResponse, body: string, request: IncomingMessage) => void;

export type ScriptedEngine = Replica & {
  /** The bodies it was asked with. */
  readonly asked: string[];
  outstanding: number;
  suspected: boolean;
  /** Calls that had begun to work on it and had not ended. */
  readonly working: Set<RequestId>;
};

/** An engine on a real socket that does what a test tells it, well or badly. */
export async function scriptedEngine(script: Script): Promise<ScriptedEngine> {
  const asked: string[] = [];
  const server = createServer(async (request, response) => {
    const parts: Buffer[] = [];
    for await (const part of request) parts.push(part as Buffer);
    const body = Buffer.concat(parts).toString();
    asked.push(body);
    script(response, body, request);
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  const origin = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
  const dispatcher = new Pool(origin, { connections: null });
  onTestFinished(async () => {
    await dispatcher.destroy();
    server.closeAllConnections();
    server.close();
  });
  const engine: ScriptedEngine = {
    id: 'scripted',
    origin,
    dispatcher,
    asked,
    outstanding: 0,
    suspected: false,
    begin: () => void engine.outstanding++,
    end: () => void engine.outstanding--,
    working: new Set(),
    work: { begin: ({ id }) => void engine.working.add(id), counted: () => {}, end: (id) => void engine.working.delete(id) },
    suspect: () => void (engine.suspected = true),
  };
  return engine;
}

/** A whole answer with this text and these counts. */
export const wholeJson = (content: string, input: number, output: number): string =>
  JSON.stringify({
    id: 'chatcmpl-1',
    object: 'chat.completion',
    created: 1_700_000_000,
    model: 'tiny',
    choices: [{ index: 0, message: { role: 'assistant', content }, finish_reason: 'stop' }],
    usage: { prompt_tokens: input, completion_tokens: output, total_tokens: input + output },
  });

export function answerWhole(response: ServerResponse, content = 'as you say', input = 7, output = 3): void {
  response.writeHead(200, { 'content-type': 'application/json' }).end(wholeJson(content, input, output));
}

/** One event of a stream, with running counts where they are given. */
export function chunkEvent(content: string, usage?: { input: number; output: number }): string {
  const choices = [{ index: 0, delta: { content }, finish_reason: null }];
  return `data: ${JSON.stringify({ id: 'chatcmpl-1', object: 'chat.completion.chunk', choices, ...usageOf(usage) })}\n\n`;
}

/** The last event with a count, which has nothing else. */
export const usageEvent = (input: number, output: number): string =>
  `data: ${JSON.stringify({ id: 'chatcmpl-1', object: 'chat.completion.chunk', choices: [], ...usageOf({ input, output }) })}\n\n`;

export const doneEvent = 'data: [DONE]\n\n';

export function beginStream(response: ServerResponse): void {
  response.writeHead(200, { 'content-type': 'text/event-stream' });
}

const usageOf = (usage: { input: number; output: number } | undefined): object =>
  usage === undefined
    ? {}
    : { usage: { prompt_tokens: usage.input, completion_tokens: usage.output, total_tokens: usage.input + usage.output } };
