import { write } from 'node:fs';
import { encodeLine, type OutgoingMessage } from './encode-line.ts';

const RETRY_MS = 5;

/**
 * The only writer of stdout. Lines leave in order, many per system call. Writing happens off the event loop, so that a
 * worker that does not read stops neither a cancel nor the draining of a child's pipe.
 */
export class MessageWriter {
  readonly #fd: number;
  #proofKey: string | undefined;
  #queue: Buffer[] = [];
  #backlogBytes = 0;
  #isWriting = false;
  #isBroken = false;
  #waiting: (() => void)[] = [];

  constructor(fd = 1) {
    this.#fd = fd;
  }

  /** Bytes not yet taken by the pipe. */
  get backlogBytes(): number {
    return this.#backlogBytes;
  }

  /** From now on what tells an end is signed. */
  proveWith(key: string | undefined): void {
    this.#proofKey = key;
  }

  send(message: OutgoingMessage): void {
    if (this.#isBroken) return;
    const line = encodeLine(message, this.#proofKey);
    this.#queue.push(line);
    this.#backlogBytes += line.length;
    if (!this.#isWriting) this.#next();
  }

  /** Resolves when all that was sent before has left, or nobody will ever read it. */
  flushed(): Promise<void> {
    if (this.#backlogBytes === 0) return Promise.resolve();
    return new Promise((resolve) => this.#waiting.push(resolve));
  }

  #next(): void {
    const [first] = this.#queue;
    if (first === undefined) {
      this.#isWriting = false;
      for (const resolve of this.#waiting.splice(0)) resolve();
      return;
    }
    this.#isWriting = true;
    const batch = this.#queue.length === 1 ? first : Buffer.concat(this.#queue);
    this.#queue = [];
    this.#write(batch);
  }

  #write(batch: Buffer): void {
    write(this.#fd, batch, (error, written) => {
      if (error?.code === 'EAGAIN') setTimeout(() => this.#write(batch), RETRY_MS);
      else if (error !== null) this.#break();
      else {
        this.#backlogBytes -= written;
        if (written < batch.length) this.#write(batch.subarray(written));
        else this.#next();
      }
    });
  }

  /** The reader is gone: nothing can be said any more, and nothing waits for it. */
  #break(): void {
    this.#isBroken = true;
    this.#queue = [];
    this.#backlogBytes = 0;
    this.#next();
  }
}
