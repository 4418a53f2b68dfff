import { connect, type Socket } from 'node:net';

/** What one process of clients is told to do. */
export interface Readers {
  readonly url: string;
  readonly apiKey: string;
  readonly taskId: string;
  readonly count: number;
  /** Numbers of the events that each must receive: all after the first, up to the second. */
  readonly after: number;
  readonly last: number;
}

export interface Receipts {
  readonly latenciesMs: { readonly p50: number; readonly p99: number; readonly worst: number };
  readonly lost: number;
  readonly repeated: number;
}

/** Of this machine, and the same in all processes. */
export const nowMs = (): number => performance.timeOrigin + performance.now();

/** Connections that are opened at once. */
const WAVE = 50;

/** One client of a stream, as cheap as can be: a socket, and a look for the numbers of events in what comes. */
class Reader {
  readonly #socket: Socket;
  readonly #onEvent: (seq: number) => void;
  readonly connected: Promise<unknown>;
  #rest = '';

  constructor({ url, apiKey, taskId, after }: Readers, onEvent: (seq: number) => void) {
    const { hostname, port } = new URL(url);
    this.#onEvent = onEvent;
    this.#socket = connect(Number(port), hostname);
    const lines = [
      `GET /v1/tasks/${taskId}/events?after=${String(after)} HTTP/1.1`,
      `host: ${hostname}`,
      `authorization: Bearer ${apiKey}`,
      'accept: text/event-stream',
    ];
    this.#socket.write(`${lines.join('\r\n')}\r\n\r\n`);
    const { promise, resolve, reject } = Promise.withResolvers();
    this.connected = promise;
    this.#socket.on('data', (chunk) => {
      this.#take(chunk.toString('latin1'));
      resolve(null);
    });
    this.#socket.once('close', () => {
      reject(new Error('a stream was not opened, or was cut'));
    });
    this.#socket.on('error', () => undefined);
  }

  close(): void {
    this.#socket.destroy();
  }

  /** Text is JSON in these streams, so that no line in it begins so. */
  #take(text: string): void {
    const all = this.#rest + text;
    let from = 0;
    for (;;) {
      const begin = all.indexOf('\nid: ', from);
      const end = begin === -1 ? -1 : all.indexOf('\n\n', begin + 1);
      if (end === -1) break;
      this.#onEvent(Number.parseInt(all.slice(begin + 5, begin + 15), 10));
      from = end;
    }
    this.#rest = all.slice(from);
  }
}

/** Clients that all read the stream of one task, and when each got each event. */
export class SseClients {
  readonly #readers: Reader[] = [];
  readonly #asked: Readers;
  readonly #startMs = nowMs();
  /** Milliseconds since `startMs`, a row of events for each client; 0: not received. */
  readonly #receivedMs: Float32Array;
  #missing: number;
  #repeated = 0;

  constructor(asked: Readers) {
    this.#asked = asked;
    this.#missing = asked.count * this.#events;
    this.#receivedMs = new Float32Array(this.#missing);
  }

  async connect(): Promise<void> {
    for (let from = 0; from < this.#asked.count; from += WAVE) {
      const wave = Array.from({ length: Math.min(WAVE, this.#asked.count - from) }, (_, i) => {
        const row = (from + i) * this.#events;
        return new Reader(this.#asked, (seq) => {
          this.#receive(row, seq);
        });
      });
      this.#readers.push(...wave);
      await Promise.all(wave.map(({ connected }) => connected));
    }
  }

  /** Resolves when nothing is missing, or the deadline has come. */
  async complete(deadlineMs: number): Promise<void> {
    const until = nowMs() + deadlineMs;
    while (this.#missing > 0 && nowMs() < until) await new Promise((resolve) => setTimeout(resolve, 20));
  }

  /** @param sentMs - when each event was on its way to the database, by its number. */
  receipts(sentMs: readonly number[]): Receipts {
    const latencies: number[] = [];
    for (let index = 0; index < this.#receivedMs.length; index++) {
      const received = this.#receivedMs[index] ?? 0;
      const sent = sentMs[index % this.#events];
      if (received > 0 && sent !== undefined) latencies.push(received + this.#startMs - sent);
    }
    const sorted = Float64Array.from(latencies).sort();
    const at = (q: number): number =>
      sorted[Math.min(sorted.length - 1, Math.max(0, Math.ceil(q * sorted.length) - 1))] ?? Number.NaN;
    return {
      latenciesMs: { p50: at(0.5), p99: at(0.99), worst: at(1) },
      lost: this.#missing,
      repeated: this.#repeated,
    };
  }

  close(): void {
    for (const reader of this.#readers) reader.close();
  }

  get #events(): number {
    return this.#asked.last - this.#asked.after;
  }

  #receive(row: number, seq: number): void {
    const nth = seq - this.#asked.after - 1;
    if (nth < 0 || nth >= this.#events || this.#receivedMs[row + nth] !== 0) {
      this.#repeated++;
      return;
    }
    this.#receivedMs[row + nth] = nowMs() - this.#startMs;
    this.#missing--;
  }
}
