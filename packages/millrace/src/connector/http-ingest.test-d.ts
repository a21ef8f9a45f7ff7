import { expectTypeOf, test } from 'vitest';
import type { Message } from '../producer/message.ts';
import { type HttpIngestSource, httpIngest } from './http-ingest.ts';

interface Request {
  readonly id: string;
}

test('its rows are events, or with messages the messages of producers', () => {
  expectTypeOf(httpIngest<Request>({ port: 0 })).toEqualTypeOf<HttpIngestSource<Request>>();
  expectTypeOf(httpIngest<Request>({ port: 0, messages: false })).toEqualTypeOf<HttpIngestSource<Request>>();
  expectTypeOf(httpIngest<Request>({ port: 0, messages: true })).toEqualTypeOf<HttpIngestSource<Message<Request>>>();
});
