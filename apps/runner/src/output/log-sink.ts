import { StringDecoder } from 'node:string_decoder';
import type { Readable } from 'node:stream';
import type { MessageWriter } from '../protocol/message-writer.ts';
import { DropCounter } from './drop-counter.ts';
import { LogQueue, type LogStream } from './log-queue.ts';
import { Pace } from './pace.ts';

const BATCH_MS = 20;
/** Text that may wait before the child's pipes are left alone for a moment. */
const HIGH_WATER = 1024 ** 2;
const LOW_WATER = HIGH_WATER / 2;
/** Bytes that the worker has not read yet, from which on nothing more is sent. */
const MAX_BACKLOG_BYTES = 2 * 1024 ** 2;
/** A worker that reads nothing for so long costs the log its lines, not the child its time. */
const STALL_MS = 500;

/**
 * Console output on its way to the worker: in order, in batches, paced. Up to `maxBytes` nothing is lost, at the price of
 * holding a child back by a few seconds in all; from there on it is read and counted only, at full speed.
 */
export class LogSink {
  readonly #writer: MessageWriter;
  readonly #queue = new LogQueue();
  readonly #drops: DropCounter;
  readonly #pace = new Pace();
  readonly #sources = new Set<Readable>();
  #bytesLeft: number;
  #timer: NodeJS.Timeout | undefined;
  #lastSentAt = 0;
  #stalledSince: number | null = null;
  #isPaused = false;

  constructor(writer: MessageWriter, maxBytes: number) {
    this.#writer = writer;
    this.#bytesLeft = maxBytes;
    this.#drops = new DropCounter((bytes) => {
      writer.send({ type: 'log_dropped', bytes });
    });
  }

  /** Takes over a child's pipe until its end. */
  follow(source: Readable, stream: LogStream): void {
    const decoder = new StringDecoder('utf8');
    this.#sources.add(source);
    source.on('data', (chunk: Buffer) => {
      this.#take(stream, chunk, decoder);
    });
    source.on('close', () => {
      this.#sources.delete(source);
      this.#queue.push(stream, decoder.end());
      this.#schedule();
    });
    source.on('error', () => source.destroy());
    if (this.#isPaused) source.pause();
  }

  /** A line of the runner's own. */
  note(text: string): void {
    this.#queue.push('stdout', text);
    this.#schedule();
  }

  /** Sends all that waits, whatever the pace: what is sent next belongs after it. */
  flush(): void {
    clearTimeout(this.#timer);
    this.#timer = undefined;
    for (let piece = this.#queue.shift(); piece !== null; piece = this.#queue.shift()) {
      this.#pace.take(piece.text.length);
      this.#writer.send({ type: 'log', ...piece });
    }
    this.#lastSentAt = performance.now();
    this.#resume();
  }

  /** The last words: whatever waits, and how much is missing. */
  finish(): void {
    this.flush();
    this.#drops.finish();
  }

  #take(stream: LogStream, chunk: Buffer, decoder: StringDecoder): void {
    if (this.#stalledSince !== null) this.#watchForStall();
    const room = this.#isStalled() ? 0 : Math.min(this.#bytesLeft, chunk.length);
    if (room < chunk.length) this.#drops.add(chunk.length - room);
    if (room === 0) return;
    this.#bytesLeft -= room;
    this.#queue.push(stream, decoder.write(room < chunk.length ? chunk.subarray(0, room) : chunk));
    if (this.#queue.length > HIGH_WATER) this.#pause();
    this.#schedule();
  }

  #schedule(): void {
    if (this.#timer !== undefined || this.#queue.length === 0) return;
    const waitMs = Math.max(0, this.#lastSentAt + BATCH_MS - performance.now());
    if (waitMs === 0) this.#drain();
    else this.#timer = setTimeout(() => this.#drain(), waitMs);
  }

  #drain(): void {
    this.#timer = undefined;
    while (this.#pace.hasRoom() && this.#writer.backlogBytes < MAX_BACKLOG_BYTES) {
      const piece = this.#queue.shift();
      if (piece === null) break;
      this.#pace.take(piece.text.length);
      this.#writer.send({ type: 'log', ...piece });
    }
    this.#lastSentAt = performance.now();
    this.#watchForStall();
    if (this.#queue.length < LOW_WATER) this.#resume();
    this.#schedule();
  }

  #isStalled(): boolean {
    return this.#stalledSince !== null && performance.now() - this.#stalledSince > STALL_MS;
  }

  #watchForStall(): void {
    if (this.#writer.backlogBytes < MAX_BACKLOG_BYTES) this.#stalledSince = null;
    else this.#stalledSince ??= performance.now();
    if (!this.#isStalled()) return;
    this.#drops.add(this.#queue.length);
    this.#queue.clear();
  }

  #pause(): void {
    this.#isPaused = true;
    for (const source of this.#sources) source.pause();
  }

  #resume(): void {
    this.#isPaused = false;
    for (const source of this.#sources) if (source.isPaused()) source.resume();
  }
}
