import { request, type IncomingMessage } from 'node:http';
import type { Socket } from 'node:net';
import { text } from 'node:stream/consumers';

/** How to reach a proxy: a unix socket, or a TCP port. */
export type ProxyAddress = { readonly socketPath: string } | { readonly host: string; readonly port: number };

export interface ProxyReply {
  readonly status: number;
  readonly text: string;
  readonly headers: IncomingMessage['headers'];
}

/** One CONNECT; on success one GET through the tunnel. */
export const throughTunnel = (
  proxy: ProxyAddress,
  target: string,
  headers: Record<string, string> = {},
): Promise<ProxyReply> =>
  new Promise((resolve, reject) => {
    const opening = request({ ...proxy, method: 'CONNECT', path: target, headers, agent: false });
    opening.once('error', reject);
    opening.once('connect', (reply: IncomingMessage, socket: Socket, head: Buffer) => {
      if (reply.statusCode !== 200) {
        const chunks = [head];
        socket.on('data', (chunk: Buffer) => chunks.push(chunk));
        socket.once('close', () => {
          resolve({
            status: reply.statusCode ?? 0,
            text: Buffer.concat(chunks).toString(),
            headers: reply.headers,
          });
        });
        return;
      }
      resolve(
        get({ createConnection: () => socket, path: '/', headers: { host: target, connection: 'close' } }),
      );
    });
    opening.end();
  });

/** One plain request with an absolute URL. */
export const throughProxy = (
  proxy: ProxyAddress,
  url: string,
  headers: Record<string, string> = {},
): Promise<ProxyReply> =>
  get({ ...proxy, path: url, headers: { host: 'ignored.example', ...headers }, agent: false });

const get = (options: object): Promise<ProxyReply> =>
  new Promise((resolve, reject) => {
    const asking = request({ method: 'GET', ...options });
    asking.once('error', reject);
    asking.once('response', (reply) => {
      text(reply).then((body) => {
        resolve({ status: reply.statusCode ?? 0, text: body, headers: reply.headers });
      }, reject);
    });
    asking.end();
  });
