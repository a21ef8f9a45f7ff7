import { expect, test } from 'vitest';
import { readCallRequest } from './call-request.ts';
import { chatCompletions } from './endpoint.ts';
import { defaultLimits } from './limits.ts';
import type { Refusal } from './refusal.ts';

const read = (body: string) => readCallRequest(Buffer.from(body), chatCompletions, defaultLimits);

function refusal(body: string): Refusal {
  try {
    read(body);
  } catch (error) {
    return error as Refusal;
  }
  throw new Error(`${body} was taken`);
}

test('a call that does not stream goes to the engine byte for byte', () => {
  const body = Buffer.from('{"messages":[], "model" :"tiny","temperature":1.0,"user":"u","stream":false}');
  const chat = readCallRequest(body, chatCompletions, defaultLimits);
  expect(chat).toMatchObject({ model: 'tiny', user: 'u', stream: false, usageShown: 'none' });
  expect(chat.upstreamBody).toBe(body);
});

test('a stream is asked to count, and the rest of its bytes stay', () => {
  const { upstreamBody, usageShown } = read('{ "model":"tiny", "stream":true, "temperature":1.0 }');
  expect(upstreamBody.toString()).toBe(
    '{ "model":"tiny", "stream":true, "temperature":1.0 ,"stream_options":{"include_usage":true,"continuous_usage_stats":true}}',
  );
  expect(usageShown).toBe('none');
});

test.each([
  ['{"include_usage":false,"odd":1}', 'none', '{"include_usage":true,"odd":1,"continuous_usage_stats":true}'],
  ['{"include_usage":true}', 'final', '{"include_usage":true,"continuous_usage_stats":true}'],
  ['{"include_usage":true,"continuous_usage_stats":true}', 'running', '{"include_usage":true,"continuous_usage_stats":true}'],
  ['null', 'none', '{"include_usage":true,"continuous_usage_stats":true}'],
])('stream_options %s shows usage "%s"', (given, shown, sent) => {
  const chat = read(`{"model":"tiny","stream":true,"stream_options":${given},"n":2}`);
  expect(chat.usageShown).toBe(shown);
  expect(chat.upstreamBody.toString()).toBe(`{"model":"tiny","stream":true,"stream_options":${sent},"n":2}`);
});

test.each([
  ['', 'malformed_json', null],
  ['{"model":', 'malformed_json', null],
  ['[]', 'malformed_json', null],
  ['null', 'malformed_json', null],
  ['{}', 'invalid_member', 'model'],
  ['{"model":7}', 'invalid_member', 'model'],
  ['{"model":"tiny","stream":"yes"}', 'invalid_member', 'stream'],
  ['{"model":"tiny","stream_options":[]}', 'invalid_member', 'stream_options'],
  ['{"model":"tiny","user":{}}', 'invalid_member', 'user'],
  ['{"model":"tiny","model":"other"}', 'duplicate_member', 'model'],
  ['{"stream":false,"model":"tiny","str\\u0065am":true}', 'duplicate_member', 'stream'],
])('%s is refused as %s', (body, code, param) => {
  expect(refusal(body)).toMatchObject({ code, param, status: 400 });
});

const withUser = (length: number) => JSON.stringify({ model: 'tiny', user: 'u'.repeat(length) });

test('a user may be 256 characters long and no longer; an empty one is none', () => {
  expect(read(withUser(256)).user).toHaveLength(256);
  expect(refusal(withUser(257)).code).toBe('invalid_member');
  expect(read(withUser(0)).user).toBeUndefined();
});

const nested = (levels: number) => `{"model":"tiny","x":${'['.repeat(levels - 1)}${']'.repeat(levels - 1)}}`;

test('a body may nest 64 deep and no deeper', () => {
  expect(read(nested(64)).model).toBe('tiny');
  expect(refusal(nested(65)).code).toBe('json_too_deep');
});

test('a member called __proto__ is a member like any other', () => {
  expect(refusal('{"__proto__":{"model":"tiny"}}')).toMatchObject({ code: 'invalid_member', param: 'model' });
});
