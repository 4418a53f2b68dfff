import { open, type FileHandle } from 'node:fs/promises';
import type { Redactor } from '@drydock/domain';

export interface JournalBounds {
  readonly maxJournalFieldBytes: number;
  readonly maxJournalBytes: number;
}

export interface JournalEntry {
  /** Everything but the two texts; small. */
  readonly head: object;
  /** JSON on one line. */
  readonly requestJson: string;
  readonly responseJson: string;
}

const NONE = 'null';

/** Appends one JSON line per model call. Redacted as a whole line, cut per text, bounded per file. */
export class PromptJournal {
  readonly #path: string;
  readonly #redactor: Redactor;
  readonly #bounds: JournalBounds;
  #file: Promise<FileHandle> | null = null;
  #last: Promise<void> = Promise.resolve();
  #bytes = 0;

  constructor(path: string, redactor: Redactor, bounds: JournalBounds) {
    this.#path = path;
    this.#redactor = redactor;
    this.#bounds = bounds;
  }

  /** Resolves when the line is in the file. Lines are whole and in the order of the calls of this method. */
  async append(entry: JournalEntry): Promise<void> {
    const line = this.#lineOf(entry);
    const bytes = Buffer.byteLength(line);
    this.#bytes += bytes;
    const written = this.#last.then(async () => {
      this.#file ??= open(this.#path, 'a', 0o600);
      await (await this.#file).appendFile(line);
    });
    this.#last = written.catch(() => undefined);
    await written;
  }

  async close(): Promise<void> {
    await this.#last;
    const file = await this.#file?.catch(() => null);
    this.#file = null;
    await file?.close();
  }

  #lineOf({ head, requestJson, responseJson }: JournalEntry): string {
    const texts = [this.#capped(requestJson), this.#capped(responseJson)] as const;
    const full = this.#bytes + texts[0].length + texts[1].length > this.#bounds.maxJournalBytes;
    const [asked, answered] = full ? [NONE, NONE] : texts;
    const start = JSON.stringify({ v: 1, ...head, ...(full ? { journalFull: true } : {}) }).slice(0, -1);
    return this.#redactor.mask(`${start},"request":${asked},"response":${answered}}\n`);
  }

  #capped(text: string): string {
    const bytes = Buffer.byteLength(text);
    const max = this.#bounds.maxJournalFieldBytes;
    if (bytes <= max) return text;
    // Masked before the cut: a secret that the cut goes through would be unknown to the mask.
    const masked = Buffer.from(this.#redactor.mask(text));
    const start = masked.subarray(0, max).toString('utf8');
    return JSON.stringify({ truncatedBytes: Math.max(0, masked.length - max), start });
  }
}
