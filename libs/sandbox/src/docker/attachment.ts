import { AppError } from '@drydock/domain';
import type Docker from 'dockerode';
import { Duplex } from 'node:stream';
import { BoundedOutput } from './bounded-output.ts';
import { inTime } from './engine-client.ts';
import { StderrTail } from './stderr-tail.ts';
import { StreamDemux } from './stream-demux.ts';

/** A reader that keeps up never comes near; a runner that paces its output needs far less. */
const MAX_HELD_BYTES = 2 * 1024 ** 2;

/** stdin, stdout and stderr of one container. It is always read, whoever listens: a full pipe would hang the engine. */
export class Attachment {
  readonly output = new BoundedOutput(MAX_HELD_BYTES);
  readonly stderr = new StderrTail();
  /** Resolves when the engine has closed the stream, in whatever way. */
  readonly ended: Promise<void>;
  readonly #socket: Duplex;
  #hasOutput = false;

  private constructor(socket: Duplex) {
    this.#socket = socket;
    const demux = new StreamDemux({
      stdout: (bytes) => {
        this.#hasOutput = true;
        this.output.push(bytes);
      },
      stderr: (bytes) => this.stderr.push(bytes),
    });
    this.ended = new Promise((resolve) => {
      const end = (): void => {
        this.output.end();
        socket.destroy();
        resolve();
      };
      socket.once('end', end).once('close', end).on('error', end);
    });
    socket.on('data', (chunk: Buffer) => demux.push(chunk));
  }

  static async open(container: Docker.Container): Promise<Attachment> {
    const streams = { stream: true, stdin: true, stdout: true, stderr: true, hijack: true } as const;
    // No signal here: it would end the stream itself when it fires later.
    const socket = container.attach(streams).then(asDuplex);
    try {
      return new Attachment(await inTime(socket));
    } catch (error) {
      socket.then(
        (late) => late.destroy(),
        () => undefined,
      );
      throw error;
    }
  }

  /** The process wrote at least one byte to stdout. */
  get hasOutput(): boolean {
    return this.#hasOutput;
  }

  send(line: Uint8Array): void {
    if (this.#socket.writable) this.#socket.write(line);
  }

  close(): void {
    this.#socket.destroy();
  }
}

const asDuplex = (stream: NodeJS.ReadWriteStream): Duplex => {
  if (stream instanceof Duplex) return stream;
  throw new AppError('sandbox_failed', 'The engine did not give both directions of the streams.');
};
