import { connect, createServer, type AddressInfo, type Server, type Socket } from 'node:net';

interface Target {
  readonly host: string;
  readonly port: number;
}

/**
 * A TCP relay on a loopback port of its own, to make a bad network between a client and a real service. Bytes pass in
 * both directions; every fault applies to open and to new connections.
 */
export class TcpRelay {
  readonly #server: Server;
  readonly #target: Target;
  readonly #pairs = new Set<readonly [Socket, Socket]>();
  #isCut = false;
  #isPaused = false;
  #delayMs = 0;

  private constructor(target: Target) {
    this.#target = target;
    this.#server = createServer((client) => {
      this.#accept(client);
    });
  }

  static async to(target: Target): Promise<TcpRelay> {
    const relay = new TcpRelay(target);
    await new Promise<void>((resolve, reject) => {
      relay.#server.once('error', reject).listen(0, '127.0.0.1', resolve);
    });
    return relay;
  }

  /** A relay in front of a service named by URL (`redis://…`, `postgresql://…`). */
  static toUrl(url: string): Promise<TcpRelay> {
    const { hostname, port } = new URL(url);
    return TcpRelay.to({ host: hostname, port: Number(port) });
  }

  get port(): number {
    return (this.#server.address() as AddressInfo).port;
  }

  /** The same URL, by way of the relay. */
  through(url: string): string {
    const relayed = new URL(url);
    relayed.hostname = '127.0.0.1';
    relayed.port = String(this.port);
    return relayed.href;
  }

  /** Connections stay open and take bytes, but nothing comes through: a silent network. */
  pause(): void {
    this.#isPaused = true;
    for (const socket of [...this.#pairs].flat()) socket.pause();
  }

  resume(): void {
    this.#isPaused = false;
    for (const socket of [...this.#pairs].flat()) socket.resume();
  }

  /** Resets all connections, and every new one until `restore`: the service is gone. */
  cut(): void {
    this.#isCut = true;
    for (const socket of [...this.#pairs].flat()) socket.resetAndDestroy();
  }

  restore(): void {
    this.#isCut = false;
  }

  /** Each chunk from now on arrives this much later; 0 ends it. */
  delay(ms: number): void {
    this.#delayMs = ms;
  }

  async close(): Promise<void> {
    this.cut();
    await new Promise((resolve) => this.#server.close(resolve));
  }

  #accept(client: Socket): void {
    if (this.#isCut) {
      client.on('error', () => undefined).resetAndDestroy();
      return;
    }
    const upstream = connect(this.#target);
    const pair = [client, upstream] as const;
    this.#pairs.add(pair);
    this.#forward(client, upstream);
    this.#forward(upstream, client);
    const end = () => {
      this.#pairs.delete(pair);
      client.destroySoon();
      upstream.destroySoon();
    };
    for (const socket of pair) socket.setNoDelay(true).on('error', end).on('close', end);
    if (this.#isPaused) for (const socket of pair) socket.pause();
  }

  /** Chunks leave in the order they came in, also when the delay shrinks meanwhile. */
  #forward(from: Socket, to: Socket): void {
    const late: Buffer[] = [];
    from.on('data', (chunk: Buffer) => {
      if (this.#delayMs === 0 && late.length === 0) {
        to.write(chunk);
        return;
      }
      late.push(chunk);
      setTimeout(() => to.write(late.shift() ?? ''), this.#delayMs).unref();
    });
  }
}
