/** Characters shown of the beginning and of the end. */
const SHOWN_CHARACTERS = 5000;
/** Bytes kept for each: a character has at most four. */
const KEPT_BYTES = SHOWN_CHARACTERS * 4;

export interface ShownOutput {
  readonly text: string;
  readonly truncatedBytes: number;
}

const isContinuation = (byte: number | undefined): boolean => byte !== undefined && (byte & 0xc0) === 0x80;

/** Without the rest of a character that was cut at the beginning. */
const afterCut = (bytes: Buffer): Buffer => {
  let from = 0;
  while (from < 3 && isContinuation(bytes[from])) from++;
  return bytes.subarray(from);
};

/** Without a character that is cut at the end. */
const beforeCut = (bytes: Buffer): Buffer => {
  let end = bytes.length;
  while (end > 0 && bytes.length - end < 3 && isContinuation(bytes[end - 1])) end--;
  return (bytes[end - 1] ?? 0) >= 0xc0 ? bytes.subarray(0, end - 1) : bytes;
};

/** Output of any length in bounded memory: its first and its last bytes, and how many there were. */
export class CapturedOutput {
  #head = Buffer.alloc(0);
  #tail: Buffer[] = [];
  #tailBytes = 0;
  #bytes = 0;

  push(chunk: Buffer): void {
    this.#bytes += chunk.length;
    const toHead = Math.min(KEPT_BYTES - this.#head.length, chunk.length);
    if (toHead > 0) this.#head = Buffer.concat([this.#head, chunk.subarray(0, toHead)]);
    if (toHead === chunk.length) return;
    const rest = chunk.subarray(Math.max(toHead, chunk.length - KEPT_BYTES));
    this.#tail.push(rest);
    this.#tailBytes += rest.length;
    if (this.#tailBytes > 4 * KEPT_BYTES || this.#tail.length > 64) this.#trim();
  }

  /** The whole, or beginning and end with what lies between counted. */
  shown(): ShownOutput {
    this.#trim();
    const tail = Buffer.concat(this.#tail);
    const isWhole = this.#head.length + tail.length === this.#bytes;
    const head = isWhole ? Buffer.concat([this.#head, tail]) : beforeCut(this.#head);
    const start = head.toString('utf8');
    const end = isWhole ? start : afterCut(tail).toString('utf8');
    if (isWhole && start.length <= 2 * SHOWN_CHARACTERS) return { text: start, truncatedBytes: 0 };
    const first = start.slice(0, SHOWN_CHARACTERS).replace(/[\ud800-\udbff]$/, '');
    const last = end.slice(-SHOWN_CHARACTERS).replace(/^[\udc00-\udfff]/, '');
    const cut = this.#bytes - Buffer.byteLength(first) - Buffer.byteLength(last);
    const remark = `[... ${String(cut)} bytes cut here; write long output to a file and look at parts of it ...]`;
    return { text: `${first}\n${remark}\n${last}`, truncatedBytes: Math.max(0, cut) };
  }

  #trim(): void {
    const joined = Buffer.concat(this.#tail);
    const kept = Buffer.from(joined.subarray(Math.max(0, joined.length - KEPT_BYTES)));
    [this.#tail, this.#tailBytes] = [[kept], kept.length];
  }
}
