import { closeSync, fstatSync, mkdtempSync, openSync, readSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import type { ReceivedAnswer } from '@drydock/testing';

/** A line as `record-answers.mjs` writes it. Pieces of the same stream have the same id. */
interface Recorded extends ReceivedAnswer {
  readonly id: number;
}

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

  /** What has come since the last time. */
  take(): ReceivedAnswer[] {
    if (!this.#isOpen) return [];
    const bytes = Buffer.alloc(fstatSync(this.file).size - this.#position);
    const length = readSync(this.file, bytes, 0, bytes.length, this.#position);
    const end = bytes.subarray(0, length).lastIndexOf('\n') + 1;
    this.#position += end;
    const lines = bytes.subarray(0, end).toString().split('\n').slice(0, -1);
    return lines.map((line) => this.#whole(JSON.parse(line) as Recorded));
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
