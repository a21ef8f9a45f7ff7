import { expect, test } from 'vitest';
import { RawClient } from './testing/raw-client.ts';
import { answerWhole, scriptedEngine } from './testing/scripted-engine.ts';
import { stand } from './testing/stand.ts';

test('headers have ten seconds, requests thirty, and are looked after every second', async () => {
  const { app } = await stand(await scriptedEngine((response) => answerWhole(response)));
  const { headersTimeout, requestTimeout } = app.server;
  expect({ headersTimeout, requestTimeout }).toEqual({ headersTimeout: 10_000, requestTimeout: 30_000 });
});

const head = (bytes: number) => `GET /v1/models HTTP/1.1\r\nhost: a\r\nauthorization: Bearer ada\r\nx-pad: ${'x'.repeat(bytes)}\r\n\r\n`;

test('headers of more than 8 KB are refused before they are all read', async () => {
  const { origin } = await stand(await scriptedEngine((response) => answerWhole(response)));
  const fits = new RawClient(origin);
  fits.socket.write(head(8_000));
  await fits.until('HTTP/1.1 200 ');
  const tooLarge = new RawClient(origin);
  tooLarge.socket.write(head(9_000));
  await tooLarge.until('HTTP/1.1 431 ');
});
