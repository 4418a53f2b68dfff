/** The blank line that ends an event. */
const BLANK_LINE = /\r?\n\r?\n|\r\r/g;

/** Cuts the bytes of an event stream into whole events, however the network cut them. */
export class EventBlocks {
  readonly #decoder = new TextDecoder('utf-8', { ignoreBOM: true });
  readonly #maxBlockLength: number;
  #held = '';

  constructor(maxBlockLength: number) {
    this.#maxBlockLength = maxBlockLength;
  }

  /** @throws RangeError when an event outgrows the bound. */
  push(bytes: Uint8Array): string[] {
    // The blank line may have begun in the bytes before, by three characters at most.
    const from = Math.max(0, this.#held.length - 3);
    this.#held += this.#decoder.decode(bytes, { stream: true });
    const blocks: string[] = [];
    let start = 0;
    BLANK_LINE.lastIndex = from;
    for (let found = BLANK_LINE.exec(this.#held); found !== null; found = BLANK_LINE.exec(this.#held)) {
      blocks.push(this.#held.slice(start, BLANK_LINE.lastIndex));
      start = BLANK_LINE.lastIndex;
    }
    this.#held = this.#held.slice(start);
    if (this.#held.length > this.#maxBlockLength) throw new RangeError('an event of the stream is too long');
    return blocks;
  }

  /** What is left at the end of the stream: an event without its blank line, or nothing. */
  end(): string {
    const rest = this.#held + this.#decoder.decode();
    this.#held = '';
    return rest;
  }
}
