import {
  request as send,
  type IncomingHttpHeaders,
  type IncomingMessage,
  type ServerResponse,
} from 'node:http';
import { Socket } from 'node:net';
import type { Readable } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import type { Refusal } from './proxy-server.ts';

export interface PlainRequest {
  readonly request: IncomingMessage;
  readonly response: ServerResponse;
  /** Null: the request names no http:// URL, and `open` will say so. */
  readonly url: URL | null;
  readonly open: () => Promise<Socket | Refusal>;
  /** Counts the bytes of a body. */
  readonly watch: (stream: Readable) => void;
}

const HOP_BY_HOP: ReadonlySet<string> = new Set([
  'connection',
  'keep-alive',
  'proxy-authenticate',
  'proxy-authorization',
  'proxy-connection',
  'te',
  'trailer',
  'transfer-encoding',
  'upgrade',
]);

/** Headers that are not for this hop alone: neither the known ones nor those that `Connection` names. */
export const endToEnd = (headers: IncomingHttpHeaders): Record<string, string | string[]> => {
  const named = new Set((headers.connection ?? '').split(',').map((name) => name.trim().toLowerCase()));
  return Object.fromEntries(
    Object.entries(headers).flatMap(([name, value]) =>
      value === undefined || HOP_BY_HOP.has(name) || named.has(name) ? [] : [[name, value]],
    ),
  );
};

const refuse = (response: ServerResponse, { status, text }: Refusal): void => {
  response.writeHead(status, {
    'content-type': 'text/plain; charset=utf-8',
    connection: 'close',
    ...(status === 407 ? { 'proxy-authenticate': 'Basic realm="drydock"' } : {}),
  });
  response.end(`${text}\n`);
};

/** Passes one plain request and its reply on. Redirects are the client's to follow, through the same checks. */
export const forwardPlain = async ({ request, response, url, open, watch }: PlainRequest): Promise<void> => {
  const socket = await open();
  if (url === null || !(socket instanceof Socket)) {
    refuse(response, socket instanceof Socket ? { status: 400, text: 'No URL.' } : socket);
    return;
  }
  response.once('close', () => socket.destroy());
  const outgoing = send({
    method: request.method,
    path: url.pathname + url.search,
    // The host of the URL is the one that was checked; a Host header that says otherwise is dropped.
    headers: { ...endToEnd(request.headers), host: url.host, connection: 'close' },
    setHost: false,
    createConnection: () => socket,
  });
  const reply = new Promise<IncomingMessage>((resolve, reject) => {
    outgoing.once('response', resolve).once('error', reject);
  });
  const sent = pipeline(request, outgoing);
  watch(request);
  sent.catch(() => undefined);
  const answer = await reply.catch(() => null);
  if (answer === null) {
    if (!response.headersSent) refuse(response, { status: 502, text: `${url.host} broke the connection.` });
    return;
  }
  response.writeHead(answer.statusCode ?? 502, endToEnd(answer.headers));
  const passed = pipeline(answer, response);
  watch(answer);
  await passed;
};
