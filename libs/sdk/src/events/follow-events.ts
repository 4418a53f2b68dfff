import { createParser } from 'eventsource-parser';
import type { TaskEvent } from '../api-types.ts';
import { ApiError, ConnectionError, DrydockError, isPassing } from '../errors.ts';
import { abortable } from '../http/abortable.ts';
import { type CallOptions, type Http } from '../http/http.ts';
import { backoffMs } from '../http/retry-policy.ts';
import { sleep } from '../http/sleep.ts';

export interface FollowOptions extends CallOptions {
  /** The number of the last event that is known already; 0: from the beginning. */
  readonly after?: number;
  /** Called before each wait for the next connection. `error` is null when the stream just ended early. */
  readonly onReconnect?: (lost: { readonly error: Error | null; readonly delayMs: number }) => void;
  /** Without any answer for so long, it is given up. Default 300,000. */
  readonly giveUpMs?: number;
  /** A connection on which nothing comes for so long is made anew. The API sends something every 15 s. Default 45,000. */
  readonly silentMs?: number;
}

const SILENT_MS = 45_000;
const MAX_EVENT_CHARS = 16 * 1024 * 1024;
const LONGEST_WAIT_MS = 10_000;

/** Where a follower is: what it has seen, and for how long nobody has answered. */
interface Position {
  readonly id: string;
  last: number;
  /** Connections in a row that brought no event. */
  fruitless: number;
  /** Spent on connections that brought nothing at all, and on the waits between them. */
  awayMs: number;
}

type Patience = Pick<FollowOptions, 'signal' | 'silentMs'>;

/**
 * All events of a task after a given one, each once and in order, until the task has ended and all were given. Connections
 * that break are made again where they broke.
 * @throws ApiError when the API refuses; ConnectionError when it stays away; the reason of the signal.
 */
export async function* followEvents(
  http: Http,
  id: string,
  options: FollowOptions = {},
): AsyncGenerator<TaskEvent, void> {
  const { signal, onReconnect, giveUpMs = 300_000 } = options;
  const position: Position = { id, last: options.after ?? 0, fruitless: 0, awayMs: 0 };
  for (;;) {
    const lost = yield* readConnection(http, position, options);
    if (lost === 'end') return;
    const delayMs = delayAfter(http, position, lost);
    if (position.awayMs + delayMs > giveUpMs) throw givenUp(http, lost);
    onReconnect?.({ error: lost, delayMs });
    await sleep(delayMs, signal);
    position.awayMs += delayMs;
  }
}

/** Milliseconds before the next connection. */
const delayAfter = ({ retry }: Http, { fruitless }: Position, lost: Error | null): number => {
  // One that brought something is followed by the next at once.
  if (fruitless === 0) return 0;
  const asked = lost instanceof ApiError ? (lost.retryAfterSeconds ?? 0) * 1000 : 0;
  const policy = { ...retry, maxDelayMs: Math.min(retry.maxDelayMs, LONGEST_WAIT_MS) };
  return Math.max(asked, backoffMs(policy, fruitless - 1, Math.random()));
};

const givenUp = ({ baseUrl }: Http, lost: Error | null): DrydockError =>
  lost instanceof DrydockError
    ? lost
    : new ConnectionError(`${baseUrl} ends every stream at once.`, { cause: lost });

/** One connection. @returns how it ended: `end` when nothing will ever follow, else the fault, if there was one. */
async function* readConnection(
  http: Http,
  position: Position,
  { signal, silentMs = SILENT_MS }: Patience,
): AsyncGenerator<TaskEvent, 'end' | Error | null> {
  const connection = new AbortController();
  const stop = (): void => {
    connection.abort(signal?.reason);
  };
  signal?.throwIfAborted();
  signal?.addEventListener('abort', stop, { once: true });
  const watchdog = new Watchdog(silentMs, () => {
    connection.abort(new ConnectionError('The connection is silent.'));
  });
  const [before, startedAtMs] = [position.last, Date.now()];
  let isHeard = false;
  try {
    for await (const text of openStream(http, position, connection.signal)) {
      isHeard = true;
      position.awayMs = 0;
      // However long the caller takes for an event, the connection is not silent.
      watchdog.stop();
      for (const event of text) {
        if (event === 'end') return 'end';
        // Never twice, whatever a proxy may repeat.
        if (event.seq <= position.last) continue;
        position.last = event.seq;
        yield event;
      }
      watchdog.feed();
    }
    return null;
  } catch (error) {
    signal?.throwIfAborted();
    if (error instanceof ApiError && !isPassing(error)) throw error;
    return error instanceof Error ? error : new Error(String(error));
  } finally {
    position.fruitless = position.last > before ? 0 : position.fruitless + 1;
    // A machine that slept meanwhile has not waited for an answer.
    if (!isHeard) position.awayMs += Math.min(Date.now() - startedAtMs, silentMs);
    watchdog.stop();
    signal?.removeEventListener('abort', stop);
    connection.abort();
  }
}

/** Calls back when it was not fed for a while. */
class Watchdog {
  #timer: ReturnType<typeof setTimeout>;
  readonly #arm: () => ReturnType<typeof setTimeout>;

  constructor(ms: number, onSilence: () => void) {
    this.#arm = () => setTimeout(onSilence, ms);
    this.#timer = this.#arm();
  }

  feed(): void {
    clearTimeout(this.#timer);
    this.#timer = this.#arm();
  }

  stop(): void {
    clearTimeout(this.#timer);
  }
}

/** The events of each piece that comes in; a piece without a whole one gives none. */
async function* openStream(
  http: Http,
  position: Position,
  signal: AbortSignal,
): AsyncGenerator<readonly (TaskEvent | 'end')[]> {
  const stream = await http.call(
    () =>
      http.raw.GET('/v1/tasks/{id}/events', {
        params: { path: { id: position.id } },
        headers: { accept: 'text/event-stream', 'last-event-id': String(position.last) },
        parseAs: 'stream',
        signal,
      }),
    // Trying again is the caller's, who knows how long.
    { signal, isRepeatable: false, timeoutMs: null },
  );
  if (!stream) return;
  const reader = (stream as ReadableStream<Uint8Array>).getReader();
  const decoder = new TextDecoder();
  const feed = eventReader();
  try {
    // Not left to `fetch`: it may have forgotten the signal by then.
    const next = () => abortable(reader.read(), signal);
    for (let read = await next(); !read.done; read = await next())
      yield feed(decoder.decode(read.value, { stream: true }));
  } finally {
    void reader.cancel().catch(() => undefined);
  }
}

/** Cuts text into events; what is not whole yet is kept for the next piece. */
const eventReader = (): ((text: string) => (TaskEvent | 'end')[]) => {
  let found: (TaskEvent | 'end')[] = [];
  let pending = 0;
  const parser = createParser({
    onEvent: ({ event, data }) => {
      pending = 0;
      found.push(event === 'end' ? 'end' : (JSON.parse(data) as TaskEvent));
    },
  });
  return (text) => {
    found = [];
    pending += text.length;
    parser.feed(text);
    if (found.length === 0 && pending > MAX_EVENT_CHARS)
      throw new ConnectionError('An event of the stream has no end.');
    return found;
  };
};
