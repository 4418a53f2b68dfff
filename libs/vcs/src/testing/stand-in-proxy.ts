import { createServer, request as sendRequest, type IncomingMessage } from 'node:http';
import { connect, type AddressInfo } from 'node:net';

export interface StandInProxy {
  /** With credentials, as the guard proxy of the worker has them. */
  readonly url: string;
  /** `host:port` of all that was asked for. */
  readonly targets: readonly string[];
  close(): Promise<void>;
}

const CREDENTIALS = 'drydock:s3cret';

const isAuthorized = (request: IncomingMessage): boolean =>
  request.headers['proxy-authorization'] === `Basic ${Buffer.from(CREDENTIALS).toString('base64')}`;

/** Stands in for the guard proxy: CONNECT and plain requests, by password, to the hosts in `allowed` only. */
export const startStandInProxy = async (allowed: ReadonlySet<string>): Promise<StandInProxy> => {
  const targets: string[] = [];
  const refusal = (request: IncomingMessage, target: string): number | null => {
    if (!isAuthorized(request)) return 407;
    targets.push(target);
    return allowed.has(target) ? null : 403;
  };
  const server = createServer((request, response) => {
    const url = new URL(request.url ?? '');
    const refused = refusal(request, url.host);
    if (refused !== null) {
      response.writeHead(refused).end();
      return;
    }
    const headers = { ...request.headers };
    delete headers['proxy-authorization'];
    const onward = sendRequest(url, { method: request.method, headers }, (answer) => {
      response.writeHead(answer.statusCode ?? 502, answer.headers);
      answer.pipe(response);
    });
    onward.on('error', () => response.destroy());
    response.on('close', () => onward.destroy());
    request.pipe(onward);
  });
  server.on('connect', (request, socket) => {
    const target = request.url ?? '';
    const refused = refusal(request, target);
    if (refused !== null) {
      socket.end(`HTTP/1.1 ${String(refused)} refused\r\n\r\n`);
      return;
    }
    const [host, port] = target.split(':');
    const onward = connect(Number(port), host, () => {
      socket.write('HTTP/1.1 200 OK\r\n\r\n');
      onward.pipe(socket).pipe(onward);
    });
    onward.on('error', () => socket.destroy());
    socket.on('error', () => onward.destroy());
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  return {
    url: `http://${CREDENTIALS}@127.0.0.1:${String((server.address() as AddressInfo).port)}`,
    targets,
    close: () =>
      new Promise((resolve) => {
        server.close(() => {
          resolve();
        });
        server.closeAllConnections();
      }),
  };
};
