const NEWLINE = 0x0a;
const BREAK = Buffer.from('\n');

/** Charged per chunk: a program that writes single bytes must not make millions of tiny objects within the bound. */
const CHUNK_OVERHEAD_BYTES = 256;

/**
 * The runner's stdout between the engine, which is never made to wait, and its one reader. Past the bound whole lines are
 * dropped until half of it is free again: what is left of a line whose rest is lost ends with a newline of our own, so
 * that two lines are never glued to one.
 */
export class BoundedOutput implements AsyncIterable<Uint8Array> {
  readonly #maxBytes: number;
  #queue: Uint8Array[] = [];
  #heldBytes = 0;
  #isDropping = false;
  #isMidLine = false;
  #hasEnded = false;
  #isAbandoned = false;
  #wake: (() => void) | null = null;
  droppedBytes = 0;

  constructor(maxBytes: number) {
    this.#maxBytes = maxBytes;
  }

  push(bytes: Uint8Array): void {
    if (this.#hasEnded || this.#isAbandoned || bytes.length === 0) return;
    const rest = this.#isDropping ? this.#skip(bytes) : bytes;
    if (rest.length === 0) return;
    if (this.#heldBytes + rest.length + CHUNK_OVERHEAD_BYTES > this.#maxBytes) {
      this.#isDropping = true;
      this.#skip(rest);
      return;
    }
    this.#hold(rest);
  }

  /** No more output; what is held is still read. */
  end(): void {
    this.#hasEnded = true;
    this.#notify();
  }

  async *[Symbol.asyncIterator](): AsyncGenerator<Uint8Array> {
    try {
      for (;;) {
        const queue = this.#queue;
        this.#queue = [];
        for (const chunk of queue) {
          this.#heldBytes -= chunk.length + CHUNK_OVERHEAD_BYTES;
          yield chunk;
        }
        if (this.#queue.length > 0) continue;
        if (this.#hasEnded) return;
        await new Promise<void>((resolve) => (this.#wake = resolve));
      }
    } finally {
      this.#isAbandoned = true;
      this.#queue = [];
    }
  }

  /** Drops up to the first newline from which on there is room again; gives what is kept. */
  #skip(bytes: Uint8Array): Uint8Array {
    const newline = this.#heldBytes <= this.#maxBytes / 2 ? bytes.indexOf(NEWLINE) : -1;
    const kept = newline === -1 ? bytes.length : newline + 1;
    this.droppedBytes += kept;
    if (newline === -1) return bytes.subarray(bytes.length);
    this.#isDropping = false;
    if (this.#isMidLine) this.#hold(BREAK);
    return bytes.subarray(kept);
  }

  #hold(bytes: Uint8Array): void {
    // A small part would keep the whole block alive that it was read with.
    const isSmallPart = bytes.length * 2 < bytes.buffer.byteLength;
    this.#queue.push(isSmallPart ? Uint8Array.from(bytes) : bytes);
    this.#heldBytes += bytes.length + CHUNK_OVERHEAD_BYTES;
    this.#isMidLine = bytes[bytes.length - 1] !== NEWLINE;
    this.#notify();
  }

  #notify(): void {
    this.#wake?.();
    this.#wake = null;
  }
}
