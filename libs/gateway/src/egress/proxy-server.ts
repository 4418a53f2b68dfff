import { createServer, type IncomingMessage, type Server } from 'node:http';
import type { Socket } from 'node:net';
import type { Duplex, Readable } from 'node:stream';
import type { GatewayBounds } from '../bounds.ts';
import { ByteMeter } from './byte-meter.ts';
import { dial } from './dial.ts';
import { nameOf, type EgressPolicy, type EgressTarget } from './egress-policy.ts';
import { forwardPlain } from './forward-plain.ts';
import { parseAbsolute, parseAuthority } from './parse-target.ts';
import { resolveTarget, type Resolver } from './resolve-target.ts';

export interface ProxyOptions {
  readonly policy: EgressPolicy;
  readonly resolver: Resolver;
  readonly bounds: Pick<GatewayBounds, 'maxConnections' | 'connectMs' | 'tunnelIdleMs' | 'maxEgressBytes'>;
  /** Every refusal by the policy; may repeat. */
  readonly onRefused: (target: EgressTarget, reason: string) => void;
  readonly onFull: () => void;
  /** Null: everybody who can connect may use it. Else what `Proxy-Authorization` must be. */
  readonly authorized: ((header: string | undefined) => boolean) | null;
}

export interface ProxyServer {
  readonly server: Server;
  /** Cuts all tunnels; the server closes its own connections itself. */
  cutTunnels(): void;
}

const MAX_HEADER_BYTES = 16 * 1024;
const HEADERS_MS = 10_000;

export interface Refusal {
  readonly status: 400 | 403 | 407 | 502;
  readonly text: string;
}

const REASONS = {
  400: 'Bad Request',
  403: 'Forbidden',
  407: 'Proxy Authentication Required',
  502: 'Bad Gateway',
};

const answerRaw = (socket: Duplex, { status, text }: Refusal): void => {
  const auth = status === 407 ? 'Proxy-Authenticate: Basic realm="drydock"\r\n' : '';
  const body = `${text}\n`;
  socket.end(
    `HTTP/1.1 ${String(status)} ${REASONS[status]}\r\nContent-Type: text/plain; charset=utf-8\r\n${auth}` +
      `Content-Length: ${String(Buffer.byteLength(body))}\r\nConnection: close\r\n\r\n${body}`,
  );
};

/** The shared core of the egress socket and of the guard of the worker's git traffic. */
class ForwardProxy {
  readonly #options: ProxyOptions;
  readonly #tunnels = new Set<Duplex>();
  readonly #meter: ByteMeter;

  constructor(options: ProxyOptions) {
    this.#options = options;
    this.#meter = new ByteMeter(options.bounds.maxEgressBytes, options.onFull);
  }

  cutTunnels(): void {
    for (const socket of this.#tunnels) socket.destroy();
  }

  /** A connection to the target, or why there is none. */
  async open(target: EgressTarget, header: string | undefined): Promise<Socket | Refusal> {
    const { authorized, policy, resolver, bounds, onRefused } = this.#options;
    if (authorized !== null && !authorized(header)) return { status: 407, text: 'Credentials are needed.' };
    if (this.#meter.full) return { status: 403, text: 'The traffic limit of this phase is used up.' };
    const resolved = await resolveTarget(target, policy, resolver);
    const start = `${nameOf(target)} cannot be reached.`;
    if ('refused' in resolved) {
      onRefused(target, resolved.refused);
      return { status: 403, text: `${nameOf(target)} was refused. ${resolved.refused}` };
    }
    if ('failed' in resolved) return { status: 502, text: `${start} ${resolved.failed}` };
    try {
      const socket = await dial(resolved.addresses, target.port, bounds.connectMs);
      this.#track(socket);
      return socket;
    } catch {
      return { status: 502, text: `${start} It does not answer.` };
    }
  }

  async connect(request: IncomingMessage, client: Duplex, head: Buffer): Promise<void> {
    this.#track(client);
    const target = parseAuthority(request.url ?? '');
    if (target === null) {
      answerRaw(client, { status: 400, text: 'CONNECT wants host:port.' });
      return;
    }
    const opened = await this.open(target, request.headers['proxy-authorization']);
    if ('status' in opened) {
      answerRaw(client, opened);
      return;
    }
    if (client.destroyed) {
      opened.destroy();
      return;
    }
    client.write('HTTP/1.1 200 Connection Established\r\n\r\n');
    opened.write(head);
    client.pipe(opened).pipe(client);
    this.watch(client);
    this.watch(opened);
    client.once('close', () => opened.destroy());
    opened.once('close', () => client.destroy());
  }

  watch(stream: Readable): void {
    this.#meter.watch(stream);
  }

  #track(socket: Duplex): void {
    this.#tunnels.add(socket);
    socket.on('error', () => socket.destroy());
    socket.once('close', () => this.#tunnels.delete(socket));
    if ('setTimeout' in socket)
      (socket as Socket).setTimeout(this.#options.bounds.tunnelIdleMs, () => socket.destroy());
  }
}

/** An HTTP proxy that is not listening yet: CONNECT, and absolute http:// requests. */
export const createProxyServer = (options: ProxyOptions): ProxyServer => {
  const proxy = new ForwardProxy(options);
  const server = createServer(
    { maxHeaderSize: MAX_HEADER_BYTES, headersTimeout: HEADERS_MS },
    (request, response) => {
      const parsed = parseAbsolute(request.url ?? '');
      const open = (): Promise<Socket | Refusal> =>
        parsed === null
          ? Promise.resolve({ status: 400, text: 'This is a proxy: CONNECT host:port, or GET http://host/.' })
          : proxy.open(parsed.target, request.headers['proxy-authorization']);
      const watch = (stream: Readable): void => {
        proxy.watch(stream);
      };
      const plain = { request, response, open, watch, url: parsed?.url ?? null };
      forwardPlain(plain).catch(() => response.destroy());
    },
  );
  server.on('connect', (request, client, head) => {
    proxy.connect(request, client, head).catch(() => client.destroy());
  });
  server.maxConnections = options.bounds.maxConnections;
  return {
    server,
    cutTunnels: () => {
      proxy.cutTunnels();
    },
  };
};
