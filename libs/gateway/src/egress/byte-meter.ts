import type { Readable } from 'node:stream';

/** Counts what goes through one proxy, both ways, and cuts every connection once the bound is passed. */
export class ByteMeter {
  readonly #max: number;
  readonly #onFull: () => void;
  #bytes = 0;

  constructor(maxBytes: number, onFull: () => void) {
    this.#max = maxBytes;
    this.#onFull = onFull;
  }

  get full(): boolean {
    return this.#bytes > this.#max;
  }

  /** Counts what is read from a stream. It starts to flow, so its consumer must be there in the same tick. */
  watch(stream: Readable): void {
    stream.on('data', (chunk: Buffer) => {
      const before = this.full;
      this.#bytes += chunk.length;
      if (!this.full) return;
      if (!before) this.#onFull();
      stream.destroy();
    });
  }
}
