import { once } from 'node:events';
import { connect, type Socket } from 'node:net';

/**
 * One keep-alive HTTP/1.1 connection that has at most one request on the way.
 *
 * Written on the bare socket, because a client library would cost the load more than the server
 * under test. It reads what such a server sends: a head with a Content-Length, and a body.
 */
export class Connection {
  readonly #socket: Socket;
  #received = '';
  #waiting: PromiseWithResolvers<string> | undefined;

  private constructor(socket: Socket) {
    this.#socket = socket;
    socket.setNoDelay(true);
    socket.setEncoding('latin1');
    socket.on('data', (chunk: string) => this.#read(chunk));
    socket.on('error', (error) => this.#fail(error));
    socket.on('close', () => this.#fail(new Error('expected an answer, the server closed the connection')));
  }

  static async open(port: number): Promise<Connection> {
    const socket = connect(port, '127.0.0.1');
    await once(socket, 'connect');
    return new Connection(socket);
  }

  /** Posts a body of ASCII and resolves with the body of the answer; any status but 200 is a failure. */
  post(path: string, type: string, body: string): Promise<string> {
    this.#waiting = Promise.withResolvers();
    if (this.#socket.destroyed) this.#fail(new Error('expected an open connection, it was closed'));
    else {
      this.#socket.write(`POST ${path} HTTP/1.1\r\nHost: localhost\r\nContent-Type: ${type}\r\n`
        + `Content-Length: ${body.length}\r\n\r\n${body}`, 'latin1');
    }
    return this.#waiting.promise;
  }

  close(): void {
    this.#fail(new Error('expected an answer, this side closed the connection'));
  }

  #read(chunk: string): void {
    this.#received += chunk;
    const headEnd = this.#received.indexOf('\r\n\r\n');
    if (headEnd < 0) return;
    const head = this.#received.slice(0, headEnd);
    const length = /^content-length: *(\d+)\r?$/im.exec(head)?.[1];
    if (length === undefined) return this.#fail(new Error(`expected an answer with a Content-Length, came ${head}`));

    const bodyStart = headEnd + '\r\n\r\n'.length;
    const bodyEnd = bodyStart + Number(length);
    if (this.#received.length < bodyEnd) return;
    const body = this.#received.slice(bodyStart, bodyEnd);
    this.#received = this.#received.slice(bodyEnd);
    if (!head.startsWith('HTTP/1.1 200 ')) {
      return this.#fail(new Error(`expected status 200, came ${head.split('\r\n', 1)[0]}: ${body}`));
    }
    this.#waiting?.resolve(body);
  }

  #fail(reason: Error): void {
    this.#waiting?.reject(reason);
    this.#socket.destroy();
  }
}
