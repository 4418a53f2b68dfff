import { closeSync, mkdtempSync, openSync, readSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import type { ReceivedAnswer } from '@drydock/testing';

/** A line as `record-answers.mjs` writes it. Pieces of the same stream have the same id. */
interface Recorded extends ReceivedAnswer {
  readonly id: number;
}

const PIECE_BYTES = 1024 ** 2;

/** Makes a process write all that it answers to its file descriptor 3. */
export const RECORDING = [
  '--import',
  pathToFileURL(join(import.meta.dirname, 'record-answers.mjs')).href,
] as const;

/** A file that nobody else can find, so that nobody need remove it. */
const openNameless = (): number => {
  const directory = mkdtempSync(join(tmpdir(), 'drydock-answers-'));
  const file = openSync(join(directory, 'log'), 'a+');
  rmSync(directory, { recursive: true });
  return file;
};

/** What one api answered, in order. */
export class AnswerLog {
  /** Becomes the process's descriptor 3. */
  readonly file = openNameless();
  /** Beginnings of events that had not all come yet, by stream. */
  readonly #rests = new Map<number, string>();
  #position = 0;
  #isOpen = true;

  /** What has come since the last time, a piece of the file after the other: some specs make it large. */
  *take(): Generator<ReceivedAnswer, void> {
    let size = PIECE_BYTES;
    while (this.#isOpen) {
      const bytes = Buffer.alloc(size);
      const length = readSync(this.file, bytes, 0, size, this.#position);
      const end = bytes.subarray(0, length).lastIndexOf('\n') + 1;
      // All has been read, or a line is longer than the piece.
      if (end === 0 && length < size) return;
      if (end === 0) size *= 2;
      this.#position += end;
      for (const line of bytes.subarray(0, end).toString().split('\n').slice(0, -1))
        yield this.#whole(JSON.parse(line) as Recorded);
    }
  }

  /** Once the process has ended. */
  close(): void {
    if (this.#isOpen) closeSync(this.file);
    this.#isOpen = false;
  }

  /** Of a stream only whole events are looked at. */
  #whole(answer: Recorded): ReceivedAnswer {
    if (answer.contentType?.startsWith('text/event-stream') !== true) return answer;
    const text = (this.#rests.get(answer.id) ?? '') + answer.body;
    const end = text.lastIndexOf('\n\n') + 2;
    this.#rests.set(answer.id, end < 2 ? text : text.slice(end));
    return { ...answer, body: end < 2 ? '' : text.slice(0, end) };
  }
}
