import { mkdtempSync, rmSync } from 'node:fs';
import { createServer as createHttpServer, request, type Server as HttpServer } from 'node:http';
import { connect, type Server } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { openForwarder } from './loopback-forwarder.ts';

let folder: string;
let socket: string;
let forwarder: Server;
let upstream: HttpServer;
beforeEach(async () => {
  folder = mkdtempSync(join(tmpdir(), 'fw-'));
  socket = join(folder, 's');
  forwarder = await openForwarder({ port: 0, socket });
  upstream = createHttpServer((incoming, response) => {
    incoming.pipe(response);
  });
});
afterEach(() => {
  forwarder.close();
  upstream.closeAllConnections();
  upstream.close();
  rmSync(folder, { recursive: true, force: true });
});

const listen = (): Promise<void> => new Promise((resolve) => upstream.listen(socket, resolve));
const port = (): number => (forwarder.address() as { port: number }).port;

const post = (body: Buffer): Promise<{ status: number | undefined; body: Buffer }> =>
  new Promise((resolve, reject) => {
    const outgoing = request({ port: port(), method: 'POST', agent: false }, (response) => {
      const chunks: Buffer[] = [];
      response.on('data', (chunk: Buffer) => chunks.push(chunk));
      response.on('end', () => resolve({ status: response.statusCode, body: Buffer.concat(chunks) }));
    });
    outgoing.once('error', reject);
    outgoing.end(body);
  });

describe('the loopback forwarder', () => {
  it('passes bytes both ways', async () => {
    await listen();
    const body = Buffer.alloc(3_000_000, 'abc');
    const answer = await post(body);
    expect(answer.status).toBe(200);
    expect(answer.body.equals(body)).toBe(true);
  });

  it('answers 403 in the form of OpenAI while the socket is gone, and works again when it is back', async () => {
    for (const size of [10, 2_000_000]) {
      const answer = await post(Buffer.alloc(size, 'x'));
      expect(answer.status).toBe(403);
      expect(JSON.parse(answer.body.toString())).toMatchObject({
        error: { code: 'gateway_gone', message: expect.any(String) },
      });
    }
    await listen();
    expect((await post(Buffer.from('x'))).status).toBe(200);
  });

  it('survives clients that vanish', async () => {
    await listen();
    for (let i = 0; i < 20; i++) {
      const client = connect(port(), '127.0.0.1');
      await new Promise((resolve) => client.once('connect', resolve));
      client.write('POST / HTTP/1.1\r\nhost: x\r\ncontent-length: 100000\r\n\r\n');
      client.resetAndDestroy();
    }
    expect((await post(Buffer.from('x'))).status).toBe(200);
  });

  it('closes a connection whose upstream breaks', async () => {
    await listen();
    upstream.removeAllListeners('request');
    upstream.on('request', (incoming) => incoming.socket.destroy());
    await expect(post(Buffer.from('x'))).rejects.toThrow(/hang up|ECONNRESET/);
  });
});
