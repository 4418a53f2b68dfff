import { connect, createServer, type Server, type Socket } from 'node:net';

export interface Forward {
  readonly port: number;
  /** Path of the unix socket. */
  readonly socket: string;
}

const REFUSAL_BODY = JSON.stringify({
  error: {
    message: 'The Drydock gateway of this task is gone. Nothing more can be sent through it.',
    type: 'invalid_request_error',
    param: null,
    code: 'gateway_gone',
  },
});
/** 403: client libraries do not retry it. */
const REFUSAL = [
  'HTTP/1.1 403 Forbidden',
  'content-type: application/json',
  `content-length: ${String(Buffer.byteLength(REFUSAL_BODY))}`,
  'connection: close',
  '',
  REFUSAL_BODY,
].join('\r\n');
const REFUSED_LINGER_MS = 2000;

/** Answers and reads on for a moment: closing with unread bytes would reset the connection under the answer. */
const refuse = (client: Socket): void => {
  client.end(REFUSAL);
  client.resume();
  const timer = setTimeout(() => client.destroy(), REFUSED_LINGER_MS);
  client.once('close', () => clearTimeout(timer));
};

const forward = (client: Socket, path: string): void => {
  const upstream = connect({ path, allowHalfOpen: true });
  let isConnected = false;
  client.setNoDelay(true);
  upstream.once('connect', () => {
    isConnected = true;
    client.pipe(upstream);
    upstream.pipe(client);
  });
  upstream.on('error', () => {
    if (isConnected) client.destroy();
    else refuse(client);
  });
  client.on('error', () => upstream.destroy());
  client.once('close', () => upstream.destroy());
  upstream.once('close', () => {
    if (isConnected && !client.writableEnded) client.destroy();
  });
};

/**
 * Listens on the sandbox's loopback and passes every connection to a unix socket of the gateway. A socket that is gone is
 * answered with 403 and a JSON error in OpenAI's form.
 * @throws when the port is taken.
 */
export const openForwarder = ({ port, socket }: Forward): Promise<Server> =>
  new Promise((resolve, reject) => {
    const server = createServer({ allowHalfOpen: true }, (client) => {
      forward(client, socket);
    });
    server.once('error', reject);
    server.listen(port, '127.0.0.1', () => {
      // From now on an error is one connection that could not be accepted; the next may
      server.off('error', reject);
      server.on('error', () => undefined);
      resolve(server);
    });
  });
