import { Screen, type Place, type Stretch } from './screen.ts';

/** What a program wrote at one moment. */
export interface Chunk {
  /** Since the one before it. */
  readonly delayMs: number;
  readonly bytes: Uint8Array;
}

export interface Recording {
  readonly columns: number;
  readonly rows: number;
  readonly chunks: readonly Chunk[];
}

/** What the terminal showed from one moment on. */
export interface Frame {
  readonly atMs: number;
  readonly lines: readonly (readonly Stretch[])[];
  readonly cursor: Place;
}

/** What follows faster than this is one picture: nobody sees it come bit by bit. */
const ONE_PICTURE_MS = 60;
/** Whoever watches shall not wait. */
const LONGEST_PAUSE_MS = 1_500;
/** A progress line is drawn again each second for as long as it takes; what it says shows how long that was. */
const LONGEST_PROGRESS_MS = 600;
const REDRAWN = Buffer.from('\r\u001b[K');

const pauseBefore = ({ delayMs, bytes }: Chunk): number =>
  Math.min(
    delayMs,
    REDRAWN.equals(bytes.subarray(0, REDRAWN.length)) ? LONGEST_PROGRESS_MS : LONGEST_PAUSE_MS,
  );

/**
 * Reads what `script --log-out <output> --log-timing <timing> --logging-format classic` of util-linux has written.
 * @param timing - lines of seconds since the line before, and a number of bytes.
 * @param output - those bytes, behind a line that says when it began.
 */
export const readChunks = (timing: string, output: Uint8Array): Chunk[] => {
  let at = output.indexOf(0x0a) + 1;
  return timing
    .trim()
    .split('\n')
    .map((line) => {
      const [seconds, length] = line.split(' ').map(Number);
      if (seconds === undefined || length === undefined || Number.isNaN(seconds + length))
        throw new Error(`This is no line of a timing file: ${line}`);
      const bytes = output.subarray(at, at + length);
      at += length;
      return { delayMs: seconds * 1_000, bytes };
    });
};

/** The first so many bytes of a recording. */
export const firstBytes = (chunks: readonly Chunk[], length: number): Chunk[] => {
  let left = length;
  return chunks.flatMap(({ delayMs, bytes }) => {
    const taken = bytes.subarray(0, left);
    left -= taken.length;
    return taken.length === 0 ? [] : [{ delayMs, bytes: taken }];
  });
};

const fingerprint = ({ lines, cursor }: Frame): string => JSON.stringify([lines, cursor]);

/** Plays a recording, with its long pauses cut: one frame whenever something has changed. The first one is at 0. */
export const framesOf = async ({ columns, rows, chunks }: Recording): Promise<Frame[]> => {
  const screen = new Screen({ columns, rows });
  const frames: Frame[] = [];
  let nowMs = 0;
  for (const [index, chunk] of chunks.entries()) {
    nowMs += index === 0 ? 0 : pauseBefore(chunk);
    await screen.write(chunk.bytes);
    const last = frames.at(-1);
    const frame: Frame = { atMs: nowMs, lines: screen.lines(), cursor: screen.cursor };
    if (last === undefined) frames.push(frame);
    else if (nowMs - last.atMs < ONE_PICTURE_MS) frames[frames.length - 1] = { ...frame, atMs: last.atMs };
    else if (fingerprint(frame) !== fingerprint(last)) frames.push(frame);
  }
  return frames;
};
