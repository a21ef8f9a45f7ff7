import { propagation, SpanKind, SpanStatusCode, trace } from '@opentelemetry/api';
import { W3CTraceContextPropagator } from '@opentelemetry/core';
import { BasicTracerProvider, InMemorySpanExporter, type ReadableSpan, SimpleSpanProcessor } from '@opentelemetry/sdk-trace-base';
import { afterAll, beforeEach, expect, test } from 'vitest';
import { scriptedEngine, wholeJson, type Script } from './testing/scripted-engine.ts';
import { hello, stand } from './testing/stand.ts';

const exporter = new InMemorySpanExporter();
trace.setGlobalTracerProvider(new BasicTracerProvider({ spanProcessors: [new SimpleSpanProcessor(exporter)] }));
propagation.setGlobalPropagator(new W3CTraceContextPropagator());
beforeEach(() => exporter.reset());
afterAll(() => {
  trace.disable();
  propagation.disable();
});

const TRACE = '0af7651916cd43dd8448eb211c80319c';
const CLIENT = 'b7ad6b7169203331';
const traceparent = `00-${TRACE}-${CLIENT}-01`;

const spans = (): Readonly<Record<string, ReadableSpan>> => Object.fromEntries(exporter.getFinishedSpans().map((span) => [span.name, span]));

test('a call is a span under that of its client, its parts are spans in it, and the engine is told which', async () => {
  const told: unknown[] = [];
  const script: Script = (response, _body, request) => {
    told.push(request.headers['traceparent']);
    response.writeHead(200, { 'content-type': 'application/json' }).end(wholeJson('deep', 7, 3));
  };
  const house = await stand(await scriptedEngine(script));
  const { body, headers } = await house.chat(hello, { traceparent });
  await body.dump();
  await expect.poll(() => Object.keys(spans()).toSorted()).toEqual(['admit', 'chat tiny', 'engine', 'finish']);
  const { 'chat tiny': call, admit, engine, finish } = spans() as Record<string, ReadableSpan>;
  expect(call!.spanContext().traceId).toBe(TRACE);
  expect(call!.parentSpanContext?.spanId).toBe(CLIENT);
  expect([admit, engine, finish].map((span) => span!.parentSpanContext?.spanId)).toEqual(Array.from({ length: 3 }, () => call!.spanContext().spanId));
  expect([call!.kind, engine!.kind]).toEqual([SpanKind.SERVER, SpanKind.CLIENT]);
  expect(told).toEqual([`00-${TRACE}-${engine!.spanContext().spanId}-01`]);
  expect(call!.attributes).toEqual({
    'gen_ai.operation.name': 'chat',
    'gen_ai.request.model': 'tiny',
    'gen_ai.usage.input_tokens': 7,
    'gen_ai.usage.output_tokens': 3,
    'url.path': '/v1/chat/completions',
    'emily.request.id': headers['x-request-id'],
    'emily.tenant': 'ada',
    'emily.outcome': 'completed',
    'emily.replica': 'scripted',
  });
});

test('a call that fails says so and why; one that is refused is no failure of ours', async () => {
  const house = await stand(await scriptedEngine((response) => void response.writeHead(500).end('no')));
  await (await house.chat(hello)).body.dump();
  await (await house.chat({ ...hello, model: 'none' })).body.dump();
  await expect.poll(() => Object.keys(spans()).toSorted()).toEqual(['admit', 'chat', 'chat tiny', 'engine', 'finish']);
  expect(spans()['chat tiny']).toMatchObject({ status: { code: SpanStatusCode.ERROR }, attributes: { 'error.type': 'engine_failed', 'emily.outcome': 'failed' } });
  expect(spans()['chat']).toMatchObject({ status: { code: SpanStatusCode.UNSET }, attributes: { 'error.type': 'model_not_found', 'http.response.status_code': 404 } });
});
