import { once } from 'node:events';
import { createServer, type Server } from 'node:https';
import type { AddressInfo } from 'node:net';
import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import type { WebhookAnswer } from '@drydock/domain';
import { selfSigned } from '@drydock/testing';
import { HttpWebhookSender } from './http-webhook-sender.ts';

const NAME = 'hooks.example';
const ADDRESS = '127.0.0.1';
const { key, cert } = selfSigned(NAME);

let server: Server;
let received: string[];

beforeEach(async () => {
  received = [];
  server = createServer({ key, cert }, (request, response) => {
    request.setEncoding('utf8').on('data', (text: string) => received.push(text));
    request.once('end', () => response.writeHead(204).end());
  }).listen(0, '127.0.0.1');
  await once(server, 'listening');
});
afterEach(() => {
  server.closeAllConnections();
  server.close();
});

const sendTo = (name: string, ca?: string): Promise<WebhookAnswer> => {
  const host = `${name}:${String((server.address() as AddressInfo).port)}`;
  const sender = new HttpWebhookSender({
    allowedPrivateHosts: new Set([host]),
    resolver: () => Promise.resolve(['127.0.0.1']),
    ...(ca !== undefined && { ca }),
  });
  return sender.send(
    { url: `https://${host}/`, headers: {}, body: 'a secret' },
    new AbortController().signal,
  );
};

describe('a receiver over https', () => {
  it('is told when it proves its name', async () => {
    expect(await sendTo(NAME, cert)).toEqual({ status: 204, error: null });
    expect(received).toEqual(['a secret']);
  });

  it('is told when it proves the address that it is named by, as operators may allow', async () => {
    const own = selfSigned(ADDRESS);
    server.setSecureContext(own);
    expect(await sendTo(ADDRESS, own.cert)).toEqual({ status: 204, error: null });
    server.setSecureContext({ key, cert });
    expect(await sendTo(ADDRESS, cert)).toMatchObject({ error: { code: 'webhook_unreachable' } });
  });

  it.each([
    ['whom nobody vouches for', NAME, undefined],
    ['with the certificate of another name', 'other.example', cert],
  ])('is told nothing: one %s', async (_kind, name, ca) => {
    expect(await sendTo(name, ca)).toMatchObject({ status: null, error: { code: 'webhook_unreachable' } });
    expect(received).toEqual([]);
  });
});
