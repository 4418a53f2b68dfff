import { ansiSpans, lastWritten, PLAIN, withoutOverwritten, type AnsiStyle } from '../text/ansi.ts';

export interface LogChunk {
  readonly phase: string;
  readonly stream: string;
  readonly text: string;
}
/** A line as it is kept: raw, with its escapes. */
export interface LogLine {
  /** From 1, over all lines that ever came. */
  readonly number: number;
  readonly text: string;
  /** A heading that the page put in, such as the begin of a phase. */
  readonly isMark: boolean;
  readonly isError: boolean;
  /** Characters that were left out because the line is too long. */
  readonly cut: number;
  /** How the line before ended. */
  readonly style: AnsiStyle;
}

interface Kept {
  text: string;
  cut: number;
  kind: 'stdout' | 'stderr' | 'mark';
  /** Absent where it is plain, as nearly everywhere. */
  style?: AnsiStyle;
}

/** More of one line is not kept: search and colours work on this part. */
const MAX_KEPT_LINE = 10_000;
/** Dropped at once when there are too many, so that dropping is rare. */
const DROP_SHARE = 10;

const kindOf = (stream: string): Kept['kind'] => (stream === 'stderr' ? 'stderr' : 'stdout');

/** The lines of a log as they come: text in any pieces, two streams that take turns, a bounded number of lines. */
export class LogBuffer {
  #lines: Kept[] = [];
  #dropped = 0;
  readonly #max: number;
  /** Per stream, the absolute index of a line that has not ended yet. */
  readonly #open = new Map<string, number>();
  #styles = new Map<string, AnsiStyle>();

  constructor(maxLines = 500_000) {
    this.#max = maxLines;
  }

  get length(): number {
    return this.#lines.length;
  }

  /** Lines that came before the first one kept. */
  get dropped(): number {
    return this.#dropped;
  }

  append({ phase, stream, text }: LogChunk): void {
    const key = `${phase} ${stream}`;
    const pieces = text.split('\n');
    const rest = pieces.pop() ?? '';
    for (const piece of pieces) {
      this.#write(key, stream, piece);
      this.#open.delete(key);
    }
    if (rest !== '') this.#write(key, stream, rest);
    this.#bound();
  }

  /** A heading; lines that were open end here. */
  mark(text: string): void {
    this.#open.clear();
    this.#styles = new Map();
    this.#lines.push({ text, cut: 0, kind: 'mark' });
    this.#bound();
  }

  /** @param index - 0 is the oldest line kept. */
  at(index: number): LogLine | null {
    const kept = this.#lines[index];
    if (kept === undefined) return null;
    return {
      number: this.#dropped + index + 1,
      text: lastWritten(kept.text),
      isMark: kept.kind === 'mark',
      isError: kept.kind === 'stderr',
      cut: kept.cut,
      style: kept.style ?? PLAIN,
    };
  }

  #write(key: string, stream: string, piece: string): void {
    const open = this.#open.get(key);
    const line = open === undefined ? undefined : this.#lines[open - this.#dropped];
    if (line === undefined) this.#begin(key, stream, piece);
    else this.#extend(line, piece);
    this.#carryStyle(key, piece);
  }

  #begin(key: string, stream: string, piece: string): void {
    const style = this.#styles.get(key);
    const line: Kept = { text: '', cut: 0, kind: kindOf(stream), ...(style !== undefined && { style }) };
    this.#extend(line, piece);
    this.#open.set(key, this.#dropped + this.#lines.push(line) - 1);
  }

  #extend(line: Kept, piece: string): void {
    // A progress bar writes over itself for minutes: what it wrote before takes no room.
    const fresh = withoutOverwritten(piece);
    const isOver = fresh !== piece || (line.text.endsWith('\r') && /^[^\r]/.test(piece));
    if (isOver) Object.assign(line, { text: '', cut: 0 });
    const room = Math.max(0, MAX_KEPT_LINE - line.text.length);
    if (room > 0) line.text += fresh.slice(0, room);
    line.cut += Math.max(0, fresh.length - room);
  }

  #carryStyle(key: string, piece: string): void {
    if (!piece.includes('\x1b')) return;
    const { end } = ansiSpans(piece, this.#styles.get(key));
    if (Object.keys(end).length === 0) this.#styles.delete(key);
    else this.#styles.set(key, end);
  }

  #bound(): void {
    if (this.#lines.length <= this.#max) return;
    const count = this.#lines.length - this.#max + Math.floor(this.#max / DROP_SHARE);
    this.#lines = this.#lines.slice(count);
    this.#dropped += count;
  }
}
