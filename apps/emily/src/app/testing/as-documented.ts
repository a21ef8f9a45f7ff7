import { expect } from 'vitest';
import { problem } from '../openapi/shapes.ts';
import { isOfConsole, operations } from '../openapi/operations.ts';

type Answer = { readonly statusCode: number; readonly headers: Readonly<Record<string, unknown>>; readonly body: string };

/** Expects an answer of a route to be one that the OpenAPI document tells of, in the shape that it has there. */
export function expectAsDocumented(route: string, { statusCode, headers, body }: Answer): void {
  if (isOfConsole(route)) return;
  const operation = operations[route];
  expect(operation, `no operation ${route}`).toBeDefined();
  const type = String(headers['content-type']).split(';')[0] ?? '';
  const shape = operation?.answers[statusCode]?.content[type];
  if (shape === 'text') return;
  if (shape === undefined && statusCode < 400) expect.fail(`${route} does not tell of ${statusCode} ${type}`);
  const read = (shape ?? problem).safeParse(JSON.parse(body));
  expect(read.error?.issues, `${route} ${statusCode} ${body.slice(0, 300)}`).toBeUndefined();
}
