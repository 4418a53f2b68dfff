import { connect, createServer, type AddressInfo, type Server, type Socket } from 'node:net';
import { resetSocket } from './reset-socket.ts';

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
  /** Open ones, each until it has closed: one whose partner has gone may wait for its reader for ever. */
  readonly #sockets = new Set<Socket>();
  #isCut = false;
  #isPaused = false;
  readonly #delayMs = { questions: 0, answers: 0 };

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
    for (const socket of this.#sockets) socket.pause();
  }

  resume(): void {
    this.#isPaused = false;
    for (const socket of this.#sockets) socket.resume();
  }

  /** Resets all connections, and every new one until `restore`: the service is gone. */
  cut(): void {
    this.#isCut = true;
    for (const socket of this.#sockets) resetSocket(socket);
  }

  restore(): void {
    this.#isCut = false;
  }

  /** Each chunk from now on arrives this much later; 0 ends it. */
  delay(ms: number): void {
    this.#delayMs.questions = ms;
    this.delayAnswers(ms);
  }

  /** The same for what the service says alone: what it was asked for is done long before anybody hears of it. */
  delayAnswers(ms: number): void {
    this.#delayMs.answers = ms;
  }

  async close(): Promise<void> {
    this.cut();
    await new Promise((resolve) => this.#server.close(resolve));
  }

  #accept(client: Socket): void {
    if (this.#isCut) {
      resetSocket(client.on('error', () => undefined));
      return;
    }
    const upstream = connect(this.#target);
    this.#join(client, upstream, 'questions');
    this.#join(upstream, client, 'answers');
    if (this.#isPaused) this.pause();
  }

  /** What comes from one goes to the other, which ends with it. */
  #join(from: Socket, to: Socket, what: 'questions' | 'answers'): void {
    const end = (): void => {
      this.#sockets.delete(from);
      to.destroySoon();
    };
    this.#sockets.add(from);
    this.#forward(from, to, what);
    from
      .setNoDelay(true)
      .on('error', () => undefined)
      .on('close', end);
  }

  /** Chunks leave in the order they came in, also when the delay shrinks meanwhile. */
  #forward(from: Socket, to: Socket, what: 'questions' | 'answers'): void {
    const late: Buffer[] = [];
    from.on('data', (chunk: Buffer) => {
      if (this.#delayMs[what] === 0 && late.length === 0) {
        to.write(chunk);
        return;
      }
      late.push(chunk);
      setTimeout(() => to.write(late.shift() ?? ''), this.#delayMs[what]).unref();
    });
  }
}
