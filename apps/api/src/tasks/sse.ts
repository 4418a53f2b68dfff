import type { TaskEvent } from '@drydock/contracts';
import { AppError } from '@drydock/domain';
import type { Followed, Portion } from '@drydock/engine';

/** Headers go with the first chunk, so one is sent at once; the client comes back a second after a cut. */
const HELLO = 'retry: 1000\n: connected\n\n';

/** Without an id, so that it never becomes a Last-Event-ID. */
const END = 'event: end\ndata: {}\n\n';
const HEARTBEAT = ': heartbeat\n\n';
/** Characters that are sent in one piece; a frame of more goes alone. */
const PORTION_LENGTH = 16 * 1024;

const frameOf = (event: TaskEvent): string =>
  `id: ${String(event.seq)}\nevent: ${event.type}\ndata: ${JSON.stringify(event)}\n\n`;

/** Events as frames, as many together as make one write to a socket worth its while. */
export const ssePortions = (events: readonly TaskEvent[]): Portion<Uint8Array>[] => {
  const portions: Portion<Uint8Array>[] = [];
  let [text, lastSeq] = ['', 0];
  const close = (): void => {
    if (text !== '') portions.push({ lastSeq, content: Buffer.from(text) });
    text = '';
  };
  for (const event of events) {
    const frame = frameOf(event);
    if (text.length + frame.length > PORTION_LENGTH) close();
    text += frame;
    lastSeq = event.seq;
  }
  close();
  return portions;
};

const bytesOf = (followed: Followed<Uint8Array>): Uint8Array | string => {
  switch (followed.kind) {
    case 'heartbeat':
      return HEARTBEAT;
    case 'end':
      return END;
    case 'events':
      return followed.content;
  }
};

/** Between two looks at the key of a stream, which may go on for hours after it was opened. */
const KEY_LOOK_MS = 5_000;

export interface SseReader {
  readonly stallMs: number;
  /** Called once a piece has waited for `stallMs` without the next being asked for. */
  readonly onStall: () => void;
  /** Whether the key that the stream was opened with still opens it. */
  readonly mayRead: () => Promise<boolean>;
}

/** The stream piece by piece; without `end` once it may not be read any more. */
export const sseStream = async function* (
  follow: AsyncIterable<Followed<Uint8Array>>,
  { stallMs, onStall, mayRead }: SseReader,
): AsyncGenerator<Uint8Array | string, void> {
  yield HELLO;
  let lookAtMs = performance.now() + KEY_LOOK_MS;
  for await (const followed of follow) {
    if (performance.now() >= lookAtMs) {
      if (!(await mayRead())) return;
      lookAtMs = performance.now() + KEY_LOOK_MS;
    }
    const timer = setTimeout(onStall, stallMs).unref();
    try {
      yield bytesOf(followed);
    } finally {
      clearTimeout(timer);
    }
  }
};

/**
 * Where to go on: an EventSource keeps its first URL when it reconnects, so the header wins over `?after=`.
 * @throws AppError `invalid_request`.
 */
export const resumeAfter = (
  lastEventId: string | string[] | undefined,
  after: number | undefined,
): number => {
  if (lastEventId === undefined || lastEventId === '') return after ?? 0;
  if (typeof lastEventId === 'string' && /^\d{1,15}$/.test(lastEventId)) return Number(lastEventId);
  throw new AppError('invalid_request', 'Last-Event-ID is the id of an event of this stream: a number.');
};

export const wantsStream = (accept: string | undefined): boolean =>
  (accept ?? '').toLowerCase().includes('text/event-stream');
