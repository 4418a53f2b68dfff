import type { Followed } from '@drydock/engine';
import { AppError } from '@drydock/domain';

/** Headers go with the first chunk, so one is sent at once; the client comes back a second after a cut. */
const HELLO = 'retry: 1000\n: connected\n\n';

/** One frame of the stream. `end` has no id, so that it never becomes a Last-Event-ID. */
export const sseFrame = (followed: Followed): string => {
  switch (followed.kind) {
    case 'heartbeat':
      return ': heartbeat\n\n';
    case 'end':
      return 'event: end\ndata: {}\n\n';
    case 'event': {
      const { seq, type } = followed.event;
      return `id: ${String(seq)}\nevent: ${type}\ndata: ${JSON.stringify(followed.event)}\n\n`;
    }
  }
};

/** Frames in text. `onStall` is called once a frame has waited for `stallMs` without being asked for. */
export const sseStream = async function* (
  follow: AsyncIterable<Followed>,
  { stallMs, onStall }: { stallMs: number; onStall: () => void },
): AsyncGenerator<string, void> {
  yield HELLO;
  for await (const followed of follow) {
    const timer = setTimeout(onStall, stallMs).unref();
    try {
      yield sseFrame(followed);
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
