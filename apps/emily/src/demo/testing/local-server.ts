import { createServer, type IncomingHttpHeaders, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';

/** What a local server was asked. */
export interface Call {
  readonly path: string;
  readonly headers: IncomingHttpHeaders;
  readonly body: string;
}

export interface LocalServer {
  readonly url: URL;
  close(): Promise<void>;
}

/** A real HTTP server on a free port of the loopback; `answer` is called when a request is there to its last byte. */
export async function startLocalServer(answer: (call: Call, response: ServerResponse) => void): Promise<LocalServer> {
  const server = createServer((request, response) => {
    let body = '';
    request.setEncoding('utf8');
    request.on('data', (piece: string) => (body += piece));
    request.on('end', () => answer({ path: request.url!, headers: request.headers, body }, response));
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const { port } = server.address() as AddressInfo;
  return {
    url: new URL(`http://127.0.0.1:${port}`),
    close: () => new Promise((resolve) => {
      server.close(() => resolve());
      server.closeAllConnections();
    }),
  };
}

export function answerJson(response: ServerResponse, status: number, body: object, headers: object = {}): void {
  response.writeHead(status, { 'content-type': 'application/json', ...headers });
  response.end(JSON.stringify(body));
}

/** An answer as a stream of server-sent events, ended as it should be. */
export function answerStream(response: ServerResponse, pieces: number): void {
  response.writeHead(200, { 'content-type': 'text/event-stream' });
  for (let piece = 0; piece < pieces; piece++) {
    response.write('data: {"choices":[{"index":0,"delta":{"content":"so "}}]}\n\n');
  }
  response.end('data: [DONE]\n\n');
}
