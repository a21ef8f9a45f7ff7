import { once } from 'node:events';
import { connect, type Socket } from 'node:net';
import { onTestFinished } from 'vitest';

/** A client on a bare socket, which sees every byte as it comes and can go away at any of them. */
export class RawClient {
  received = '';
  readonly socket: Socket;
  readonly #closed: Promise<unknown>;

  constructor(origin: string) {
    const { hostname, port } = new URL(origin);
    this.socket = connect(Number(port), hostname);
    this.socket.on('error', () => {});
    this.socket.on('data', (bytes) => (this.received += bytes.toString()));
    this.#closed = once(this.socket, 'close');
    onTestFinished(() => void this.socket.destroy());
  }

  post(body: object, headers: Record<string, string> = {}): this {
    const text = JSON.stringify(body);
    const all = { host: 'gateway', authorization: 'Bearer ada', 'content-type': 'application/json', ...headers };
    const lines = Object.entries(all).map(([name, value]) => `${name}: ${value}\r\n`);
    this.socket.write(`POST /v1/chat/completions HTTP/1.1\r\n${lines.join('')}content-length: ${Buffer.byteLength(text)}\r\n\r\n${text}`);
    return this;
  }

  /** Resolves when what was received contains this. */
  async until(text: string): Promise<void> {
    while (!this.received.includes(text)) await once(this.socket, 'data');
  }

  /** Resolves when the server closed the connection. */
  async closed(): Promise<void> {
    await this.#closed;
  }

  leave(): void {
    this.socket.resetAndDestroy();
  }
}
