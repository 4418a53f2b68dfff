import { createInterface, type Interface } from 'node:readline/promises';
import { Writable } from 'node:stream';
import { Interrupted } from '../exit-codes.ts';
import type { Environment } from '../settings/environment.ts';
import { type Painter, painterFor } from './painter.ts';

/** The line that is typed. */
const answerOf = async (reader: Interface, question: string): Promise<string> => {
  const stop = new AbortController();
  for (const end of ['SIGINT', 'close'])
    reader.once(end, () => {
      stop.abort();
    });
  try {
    return (await reader.question(question, { signal: stop.signal })).trim();
  } catch {
    throw new Interrupted();
  } finally {
    reader.close();
  }
};

/** Results go to standard output, everything that is said about them to standard error. */
export class Terminal {
  /** For standard output. */
  readonly out: Painter;
  /** For standard error. */
  readonly err: Painter;
  readonly isOutTty: boolean;
  readonly isErrTty: boolean;
  /** Whether somebody sits there who could answer. */
  readonly canAsk: boolean;
  #line = '';

  constructor({ noColor, forceColor }: Environment) {
    this.isOutTty = process.stdout.isTTY;
    this.isErrTty = process.stderr.isTTY;
    this.canAsk = process.stdin.isTTY && this.isErrTty;
    const isColoured = (isTty: boolean): boolean => !noColor && (isTty || forceColor);
    this.out = painterFor(isColoured(this.isOutTty));
    this.err = painterFor(isColoured(this.isErrTty));
  }

  /** Of standard output; null where it is no terminal. */
  get outColumns(): number | null {
    return this.isOutTty ? process.stdout.columns || 80 : null;
  }

  get columns(): number {
    return process.stderr.columns || 80;
  }

  /** A line of the result. */
  print(text: string): void {
    this.#hideStatus();
    process.stdout.write(`${text}\n`);
  }

  /** The result itself, byte by byte. Resolves when it was taken. */
  async write(bytes: Uint8Array): Promise<void> {
    this.#hideStatus();
    await new Promise<void>((resolve, reject) => {
      process.stdout.write(bytes, (error) => {
        if (error) reject(error);
        else resolve();
      });
    });
  }

  /** A line about what happens. */
  say(text: string): void {
    this.#hideStatus();
    process.stderr.write(`${text}\n`);
    this.#showStatus();
  }

  /** A line that stays below all others and is replaced by the next one; nothing where there is no terminal. */
  status(text: string): void {
    if (!this.isErrTty || text === this.#line) return;
    this.#hideStatus();
    this.#line = text;
    this.#showStatus();
  }

  endStatus(): void {
    this.status('');
  }

  /** @throws Interrupted on Ctrl-C and at the end of the input. */
  async ask(question: string): Promise<string> {
    this.endStatus();
    const reader = createInterface({ input: process.stdin, output: process.stderr });
    try {
      return await answerOf(reader, question);
    } catch (error) {
      this.say('');
      throw error;
    }
  }

  /** The same, without showing what is typed. */
  async askSecret(question: string): Promise<string> {
    this.endStatus();
    const nowhere = new Writable({
      write: (_chunk, _encoding, done) => {
        done();
      },
    });
    const reader = createInterface({ input: process.stdin, output: nowhere, terminal: true });
    // Only now: before, the terminal would still show what is typed at once.
    process.stderr.write(question);
    try {
      return await answerOf(reader, '');
    } finally {
      process.stderr.write('\n');
    }
  }

  async confirm(question: string): Promise<boolean> {
    return /^y(es)?$/i.test(await this.ask(`${question} [y/N] `));
  }

  #hideStatus(): void {
    if (this.#line !== '') process.stderr.write('\r\u001b[K');
  }

  #showStatus(): void {
    if (this.#line !== '') process.stderr.write(this.#line);
  }
}
