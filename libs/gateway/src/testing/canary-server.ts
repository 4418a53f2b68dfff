import { createServer, type IncomingMessage, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';

/** A server on loopback that counts who got through to it. */
export class CanaryServer {
  readonly requests: { url: string; headers: IncomingMessage['headers'] }[] = [];
  connections = 0;
  readonly #server: Server;

  private constructor() {
    this.#server = createServer((request, response) => {
      this.requests.push({ url: request.url ?? '', headers: request.headers });
      if (request.url === '/redirect')
        response.writeHead(302, { location: 'http://elsewhere.example/' }).end();
      else request.pipe(response.writeHead(200, { 'x-canary': 'yes', connection: 'x-hop', 'x-hop': '1' }));
    });
    this.#server.on('connection', () => (this.connections += 1));
  }

  static async start(): Promise<CanaryServer> {
    const canary = new CanaryServer();
    await new Promise<void>((resolve) => canary.#server.listen(0, '127.0.0.1', resolve));
    return canary;
  }

  get port(): number {
    return (this.#server.address() as AddressInfo).port;
  }

  async close(): Promise<void> {
    this.#server.closeAllConnections();
    await new Promise((resolve) => this.#server.close(resolve));
  }
}
