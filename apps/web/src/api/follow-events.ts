import { call } from './client.ts';
import { Problem } from './problem.ts';
import { FrameReader } from './sse.ts';
import type { TaskEvent } from './types.ts';

export type Connection = 'connecting' | 'open' | 'lost' | 'ended';

export interface Follower {
  /** In order, each once. Many at a time: a long history comes in large pieces. */
  onEvents(events: readonly TaskEvent[]): void;
  onConnection(connection: Connection): void;
}

const FIRST_WAIT_MS = 500;
const LONGEST_WAIT_MS = 10_000;
/** The server says something every 15 s. */
const SILENCE_MS = 45_000;

const pause = (ms: number, signal: AbortSignal): Promise<void> =>
  new Promise((resolve) => {
    const timer = setTimeout(resolve, ms);
    signal.addEventListener('abort', () => {
      clearTimeout(timer);
      resolve();
    });
  });

/** One connection. @returns whether the stream came to its end, and the last seq. */
const readOnce = async (
  url: string,
  state: { after: number; onOpen: () => void; onEvents: Follower['onEvents'] },
  signal: AbortSignal,
): Promise<boolean> => {
  const silent = new AbortController();
  const headers = { accept: 'text/event-stream', 'last-event-id': String(state.after) };
  const either = AbortSignal.any([signal, silent.signal]);
  let timer = setTimeout(() => silent.abort(), SILENCE_MS);
  try {
    const { body } = await call(url, { headers, signal: either });
    if (body === null) return false;
    state.onOpen();
    const reader = new FrameReader();
    const texts = body.pipeThrough(new TextDecoderStream()).getReader();
    for (let piece = await texts.read(); !piece.done; piece = await texts.read()) {
      clearTimeout(timer);
      timer = setTimeout(() => silent.abort(), SILENCE_MS);
      const frames = reader.push(piece.value);
      const events = frames.filter(({ id }) => id !== null).map(({ data }) => JSON.parse(data) as TaskEvent);
      state.after = events.at(-1)?.seq ?? state.after;
      if (events.length > 0) state.onEvents(events);
      if (frames.some(({ event }) => event === 'end')) return true;
    }
    return false;
  } finally {
    clearTimeout(timer);
  }
};

/** Refused for good: waiting changes nothing. */
const isFinal = (error: unknown): boolean =>
  error instanceof Problem && [401, 403, 404, 422].includes(error.status);

/**
 * Follows a task's events until their end, over as many connections as it takes. The key goes in a header, which an
 * EventSource cannot send.
 * @throws Problem when the API refuses.
 */
export const followEvents = async (id: string, follower: Follower, signal: AbortSignal): Promise<void> => {
  let waitMs = FIRST_WAIT_MS;
  const state = {
    after: 0,
    onEvents: (events: readonly TaskEvent[]) => follower.onEvents(events),
    onOpen: () => {
      waitMs = FIRST_WAIT_MS;
      follower.onConnection('open');
    },
  };
  const isOver = (): boolean => signal.aborted; // it changes while we wait
  follower.onConnection('connecting');
  while (!isOver()) {
    const ended = await readOnce(`/v1/tasks/${encodeURIComponent(id)}/events`, state, signal).catch(
      (error: unknown) => {
        if (!signal.aborted && isFinal(error)) throw error;
        return false;
      },
    );
    if (isOver()) return;
    follower.onConnection(ended ? 'ended' : 'lost');
    if (ended) return;
    await pause(waitMs, signal);
    waitMs = Math.min(LONGEST_WAIT_MS, waitMs * 2);
  }
};
