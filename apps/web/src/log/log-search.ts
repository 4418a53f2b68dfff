import { withoutAnsi } from '../text/ansi.ts';
import type { LogBuffer } from './log-buffer.ts';

/** Found lines of a log, kept up to date as lines come. */
export class LogSearch {
  readonly #buffer: LogBuffer;
  readonly #wanted: string;
  /** Numbers of lines, ascending. */
  #found: number[] = [];
  #scannedTo = 0;

  constructor(buffer: LogBuffer, wanted: string) {
    this.#buffer = buffer;
    this.#wanted = wanted.toLowerCase();
  }

  /** Looks at what is new. The last line is looked at again: it may have grown. @returns numbers of lines. */
  update(): readonly number[] {
    if (this.#wanted === '') return [];
    const { dropped, length } = this.#buffer;
    if (this.#found.length > 0 && (this.#found[0] ?? 0) <= dropped)
      this.#found = this.#found.filter((number) => number > dropped);
    for (let number = Math.max(this.#scannedTo, dropped) + 1; number <= dropped + length; number++)
      if (this.#holds(number - dropped - 1)) this.#found.push(number);
    this.#scannedTo = Math.max(0, dropped + length - 1);
    const found = [...this.#found];
    // Looked at once more next time, so not remembered.
    if (this.#found.at(-1) === dropped + length) this.#found.pop();
    return found;
  }

  #holds(index: number): boolean {
    const line = this.#buffer.at(index);
    return line !== null && withoutAnsi(line.text).toLowerCase().includes(this.#wanted);
  }
}

/** Where a text stands in another one, in whatever case; the parts in between too, in order. */
export const splitAtMatches = (text: string, wanted: string): { text: string; isMatch: boolean }[] => {
  const lower = text.toLowerCase();
  const needle = wanted.toLowerCase();
  // Lowering may change lengths (İ): then nothing is marked rather than the wrong letters.
  if (needle === '' || lower.length !== text.length) return [{ text, isMatch: false }];
  const parts: { text: string; isMatch: boolean }[] = [];
  let from = 0;
  for (let at = lower.indexOf(needle); at >= 0; at = lower.indexOf(needle, from)) {
    if (at > from) parts.push({ text: text.slice(from, at), isMatch: false });
    from = at + needle.length;
    parts.push({ text: text.slice(at, from), isMatch: true });
  }
  if (from < text.length || parts.length === 0) parts.push({ text: text.slice(from), isMatch: false });
  return parts;
};
