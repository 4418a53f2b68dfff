const MAX_BYTES = 4096;

/** The last words on stderr, for error messages. Untrusted: shown, never parsed for a decision about success. */
export class StderrTail {
  #bytes: Buffer = Buffer.alloc(0);

  push(part: Uint8Array): void {
    this.#bytes = Buffer.from(Buffer.concat([this.#bytes, part.subarray(-MAX_BYTES)]).subarray(-MAX_BYTES));
  }

  /** Printable text; control characters become spaces. */
  text(): string {
    return this.#bytes
      .toString('utf8')
      .replaceAll(/[\p{Cc}\s]+/gu, ' ')
      .trim();
  }
}
