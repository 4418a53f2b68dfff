import { createServer, request as sendRequest, type IncomingMessage, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';

/** What happens to a push: passed on; refused with a status; done but never answered; answered when `release` is called. */
type PushFate = 'pass' | 'lose' | 'hold' | { readonly status: number; readonly body?: string };

export interface GitFront {
  readonly url: string;
  fate: PushFate;
  /** Bytes of all packs pushed so far. */
  readonly pushedBytes: number;
  /** Resolves when a push is held. */
  readonly held: Promise<void>;
  release(): void;
  close(): Promise<void>;
}

const isPush = ({ method, url }: IncomingMessage): boolean =>
  method === 'POST' && url?.endsWith('/git-receive-pack') === true;
const isOfPush = ({ url }: IncomingMessage): boolean => url?.includes('git-receive-pack') === true;

/** Stands before a git server and spoils its pushes, so that they fail as they do on a bad day. */
export const startGitFront = async (target: string): Promise<GitFront> => {
  const held = Promise.withResolvers<undefined>();
  const released = Promise.withResolvers<undefined>();
  let pushedBytes = 0;
  const passOn = (request: IncomingMessage, response: ServerResponse): void => {
    const url = new URL(request.url ?? '', target);
    const headers = { ...request.headers, host: url.host };
    const onward = sendRequest(url, { method: request.method, headers }, (answer) => {
      if (isPush(request) && front.fate === 'lose') {
        answer.resume().on('end', () => response.destroy());
        return;
      }
      const finish = (): void => {
        response.writeHead(answer.statusCode ?? 502, answer.headers);
        answer.pipe(response);
      };
      if (isPush(request) && front.fate === 'hold') {
        held.resolve(undefined);
        void released.promise.then(finish);
      } else finish();
    });
    onward.on('error', () => response.destroy());
    request.on('data', (piece: Buffer) => {
      if (isPush(request)) pushedBytes += piece.length;
    });
    request.pipe(onward);
  };
  const server = createServer((request, response) => {
    if (isOfPush(request) && typeof front.fate === 'object') {
      response.writeHead(front.fate.status, { 'www-authenticate': 'Basic realm="git"' });
      response.end(front.fate.body);
    } else passOn(request, response);
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const front: GitFront = {
    url: `http://127.0.0.1:${String((server.address() as AddressInfo).port)}`,
    fate: 'pass',
    get pushedBytes() {
      return pushedBytes;
    },
    held: held.promise,
    release: () => {
      released.resolve(undefined);
    },
    close: () =>
      new Promise((resolve) => {
        server.close(() => {
          resolve();
        });
        server.closeAllConnections();
      }),
  };
  return front;
};
