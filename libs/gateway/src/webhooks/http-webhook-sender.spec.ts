import { randomBytes } from 'node:crypto';
import { once } from 'node:events';
import { createServer, type IncomingHttpHeaders, type RequestListener, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { afterEach, describe, expect, it } from '@jest/globals';
import type { WebhookAnswer } from '@drydock/domain';
import { Webhook } from 'standardwebhooks';
import { HttpWebhookSender, type WebhookSenderOptions } from './http-webhook-sender.ts';
import { standardWebhookSigner } from './standard-webhook-signer.ts';

/** For receivers that never answer; whoever does has all the time that a busy machine needs. */
const SHORT_MS = 500;
const TIMEOUT_MS = 30_000;
const BODY = '{"type":"task.succeeded","data":{"name":"Grüße"}}';

const servers: Server[] = [];
afterEach(() => {
  for (const server of servers.splice(0)) {
    server.closeAllConnections();
    server.close();
  }
});

/** @returns the port of a receiver on loopback. */
const receive = async (listener: RequestListener): Promise<number> => {
  const server = createServer(listener).listen(0, '127.0.0.1');
  servers.push(server);
  await once(server, 'listening');
  return (server.address() as AddressInfo).port;
};

const send = (
  port: number,
  headers: Record<string, string> = {},
  options: Partial<WebhookSenderOptions> = {},
): Promise<WebhookAnswer> => {
  const allowedPrivateHosts = new Set([`127.0.0.1:${String(port)}`]);
  const sender = new HttpWebhookSender({ allowedPrivateHosts, timeoutMs: TIMEOUT_MS, ...options });
  const url = `http://127.0.0.1:${String(port)}/hooks?team=1`;
  return sender.send({ url, headers, body: BODY }, new AbortController().signal);
};

const sendTo = (url: string, options: WebhookSenderOptions): Promise<WebhookAnswer> =>
  new HttpWebhookSender({ timeoutMs: TIMEOUT_MS, ...options }).send(
    { url, headers: {}, body: BODY },
    new AbortController().signal,
  );

const bodyOf = async (request: AsyncIterable<Uint8Array>): Promise<string> => {
  const chunks = [];
  for await (const chunk of request) chunks.push(chunk);
  return Buffer.concat(chunks).toString();
};

describe('a webhook that is sent', () => {
  it('is what a receiver verifies by either secret, and by no other one', async () => {
    const received: { headers: IncomingHttpHeaders; body: string; url: string }[] = [];
    const port = await receive((request, response) => {
      void bodyOf(request).then((body) => {
        received.push({
          headers: request.headers,
          body,
          url: `${String(request.method)} ${String(request.url)}`,
        });
        response.writeHead(204).end();
      });
    });
    const secrets = [1, 2, 3].map(() => `whsec_${randomBytes(32).toString('base64')}`);
    const signed = { id: 'msg_1', at: new Date(), body: BODY, secrets: secrets.slice(0, 2) };
    expect(await send(port, standardWebhookSigner.sign(signed))).toEqual({ status: 204, error: null });
    const [{ headers, body, url } = { headers: {}, body: '', url: '' }] = received;
    expect([body, url, headers['content-type']]).toEqual([BODY, 'POST /hooks?team=1', 'application/json']);
    const verify = (secret = ''): unknown =>
      new Webhook(secret).verify(body, headers as Record<string, string>);
    expect(verify(secrets[0])).toEqual(JSON.parse(BODY));
    expect(verify(secrets[1])).toEqual(JSON.parse(BODY));
    expect(() => verify(secrets[2])).toThrow(/No matching signature/);
  });

  it.each([
    [500, 'webhook_rejected'],
    [404, 'webhook_rejected'],
    [410, 'webhook_gone'],
  ])('is not taken when the answer is %p', async (status, code) => {
    const port = await receive((_request, response) => void response.writeHead(status).end('no'));
    expect(await send(port)).toEqual({
      status,
      error: { code, message: expect.stringContaining(String(status)) },
    });
  });

  it('follows no redirect', async () => {
    let visits = 0;
    const elsewhere = await receive((_request, response) => {
      visits++;
      response.end();
    });
    const location = `http://127.0.0.1:${String(elsewhere)}/`;
    const port = await receive((_request, response) => void response.writeHead(307, { location }).end());
    expect(await send(port)).toMatchObject({ status: 307, error: { code: 'webhook_redirected' } });
    expect(visits).toBe(0);
  });

  it.each<[string, RequestListener]>([
    ['says nothing', () => undefined],
    [
      'never ends its headers',
      (_request, response) => {
        response.writeContinue();
      },
    ],
    [
      'drips its answer',
      (_request, response) => {
        response.writeHead(200);
        const timer = setInterval(() => response.write('.'), 20);
        response.once('close', () => {
          clearInterval(timer);
        });
      },
    ],
  ])('gives up a receiver that %s', async (_name, listener) => {
    const port = await receive(listener);
    const startedAt = performance.now();
    expect(await send(port, {}, { timeoutMs: SHORT_MS })).toMatchObject({
      status: null,
      error: { code: 'webhook_timeout' },
    });
    expect(performance.now() - startedAt).toBeLessThan(TIMEOUT_MS);
  });

  it('reads next to nothing of an answer of 2 GB', async () => {
    const chunk = Buffer.alloc(1024 ** 2);
    const sent = Promise.withResolvers<number>();
    const port = await receive((_request, response) => {
      let bytes = 0;
      response.once('close', () => {
        sent.resolve(bytes);
      });
      const pour = (): void => {
        while (bytes < 2 * 1024 ** 3 && !response.destroyed) {
          bytes += chunk.length;
          if (!response.write(chunk)) return void response.once('drain', pour);
        }
        response.end();
      };
      pour();
    });
    expect(await send(port)).toEqual({ status: 200, error: null });
    expect(await sent.promise).toBeLessThan(64 * 1024 ** 2);
  });

  it('takes headers that have no end for no answer', async () => {
    const port = await receive((_request, response) => {
      response.writeHead(200, { 'x-long': 'x'.repeat(100_000) }).end();
    });
    expect(await send(port)).toMatchObject({ status: null, error: { code: 'webhook_unreachable' } });
  });

  it('reaches nobody where nobody listens', async () => {
    const port = await receive(() => undefined);
    for (const server of servers.splice(0)) server.close();
    expect(await send(port)).toMatchObject({
      status: null,
      error: { code: 'webhook_unreachable', message: expect.stringContaining('ECONNREFUSED') },
    });
  });

  it.each([
    ['a private address', 'https://internal.example/', ['10.0.0.7']],
    ['one private address among public ones', 'https://mixed.example/', ['93.184.215.14', '127.0.0.1']],
    ['the metadata of a cloud', 'https://cloud.example/', ['169.254.169.254']],
    ['an address instead of a name', 'https://93.184.215.14/', ['93.184.215.14']],
    ['plain http', 'http://public.example/', ['93.184.215.14']],
  ])('is not sent to %s', async (_name, url, addresses) => {
    const resolver = () => Promise.resolve(addresses);
    expect(await sendTo(url, { allowedPrivateHosts: new Set(), resolver })).toMatchObject({
      status: null,
      error: { code: 'webhook_host_not_allowed' },
    });
  });

  it('goes to the address that was checked: the name is asked for once', async () => {
    const hosts: (string | undefined)[] = [];
    const port = await receive((request, response) => {
      hosts.push(request.headers.host);
      response.end();
    });
    let asked = 0;
    const name = `hooks.example:${String(port)}`;
    const resolver = () => Promise.resolve(asked++ === 0 ? ['127.0.0.1'] : ['127.0.0.2']);
    const answer = await sendTo(`http://${name}/`, { allowedPrivateHosts: new Set([name]), resolver });
    expect([answer, asked, hosts]).toEqual([{ status: 200, error: null }, 1, [name]]);
  });
});
