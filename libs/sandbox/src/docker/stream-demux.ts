const HEADER_BYTES = 8;
const STDERR = 2;

export interface DemuxSinks {
  readonly stdout: (bytes: Uint8Array) => void;
  readonly stderr: (bytes: Uint8Array) => void;
}

/**
 * Takes apart the engine's multiplexed stream: frames of one byte stream id, three zeros, a big-endian length and the
 * bytes. Passes parts of frames on at once, so that no length makes it hold more than a header.
 */
export class StreamDemux {
  readonly #sinks: DemuxSinks;
  readonly #header = Buffer.alloc(HEADER_BYTES);
  #headerBytes = 0;
  #left = 0;

  constructor(sinks: DemuxSinks) {
    this.#sinks = sinks;
  }

  push(chunk: Buffer): void {
    let at = 0;
    while (at < chunk.length) at += this.#left === 0 ? this.#readHeader(chunk, at) : this.#pass(chunk, at);
  }

  #readHeader(chunk: Buffer, at: number): number {
    const taken = chunk.copy(this.#header, this.#headerBytes, at, at + HEADER_BYTES - this.#headerBytes);
    this.#headerBytes += taken;
    if (this.#headerBytes === HEADER_BYTES) {
      this.#left = this.#header.readUInt32BE(4);
      this.#headerBytes = 0;
    }
    return taken;
  }

  #pass(chunk: Buffer, at: number): number {
    const part = chunk.subarray(at, at + this.#left);
    this.#left -= part.length;
    if (this.#header[0] === STDERR) this.#sinks.stderr(part);
    else this.#sinks.stdout(part);
    return part.length;
  }
}
