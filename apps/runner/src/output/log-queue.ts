import { MAX_LOG_TEXT } from '../protocol/bounds.ts';

export type LogStream = 'stdout' | 'stderr';
export interface LogPiece {
  readonly stream: LogStream;
  readonly text: string;
}

const isHighSurrogate = (code: number): boolean => code >= 0xd800 && code <= 0xdbff;

/** Where a text may be cut at or before `length`: never between the halves of a surrogate pair. */
const cutPoint = (text: string, length: number): number => {
  if (text.length <= length) return text.length;
  return isHighSurrogate(text.charCodeAt(length - 1)) ? length - 1 : length;
};

/** Text that waits for its turn, in the order it came. Neighbours of one stream leave as one piece. */
export class LogQueue {
  #pieces: LogPiece[] = [];
  #length = 0;

  /** In UTF-16 units. */
  get length(): number {
    return this.#length;
  }

  push(stream: LogStream, text: string): void {
    if (text === '') return;
    this.#length += text.length;
    const last = this.#pieces.at(-1);
    // A child that writes byte by byte must not cost an object each
    if (last?.stream === stream && last.text.length < MAX_LOG_TEXT)
      this.#pieces[this.#pieces.length - 1] = { stream, text: last.text + text };
    else this.#pieces.push({ stream, text });
  }

  /** The next piece, at most `MAX_LOG_TEXT` long; null when nothing waits. */
  shift(): LogPiece | null {
    const [first] = this.#pieces;
    if (first === undefined) return null;
    const { stream } = first;
    let count = 0;
    let joined = '';
    for (const piece of this.#pieces) {
      if (piece.stream !== stream || joined.length >= MAX_LOG_TEXT) break;
      joined += piece.text;
      count++;
    }
    const end = cutPoint(joined, MAX_LOG_TEXT);
    this.#pieces.splice(0, count, ...(end < joined.length ? [{ stream, text: joined.slice(end) }] : []));
    this.#length -= end;
    return { stream, text: joined.slice(0, end) };
  }

  clear(): void {
    this.#pieces = [];
    this.#length = 0;
  }
}
