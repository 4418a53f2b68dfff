import { sessionClient } from './client.ts';
import type { TaskEvent } from './types.ts';
import { untilSeen, whileSeen } from './while-seen.ts';

export type Connection = 'connecting' | 'open' | 'lost' | 'ended';

export interface Follower {
  readonly onEvent: (event: TaskEvent) => void;
  readonly onConnection: (connection: Connection) => void;
}

const isStream = ({ headers }: Request): boolean => headers.get('accept') === 'text/event-stream';

/**
 * Follows a task's events to their end, over as many connections as it takes: a tab may be open for days. In the
 * background it has none, and goes on where it was when somebody looks again.
 * @throws ApiError when the API refuses; the reason of the signal.
 */
export const followEvents = async (id: string, follower: Follower, signal: AbortSignal): Promise<void> => {
  let after = 0;
  const onEvent = (event: TaskEvent): void => {
    after = event.seq;
    follower.onEvent(event);
  };
  while (!(await followWhileSeen(id, { ...follower, onEvent, after }, signal))) await untilSeen(signal);
};

/** @returns whether the end has come; else nobody has looked for a while. */
const followWhileSeen = async (
  id: string,
  { after, ...follower }: Follower & { readonly after: number },
  outer: AbortSignal,
): Promise<boolean> => {
  const { signal, stop } = whileSeen(outer);
  follower.onConnection('connecting');
  const client = sessionClient((request, response) => {
    if (isStream(request) && response.ok) follower.onConnection('open');
  });
  const onReconnect = (): void => follower.onConnection('lost');
  try {
    const events = client.tasks.follow(id, { signal, after, giveUpMs: Infinity, onReconnect });
    for await (const event of events) follower.onEvent(event);
  } catch (error) {
    if (outer.aborted || !signal.aborted) throw error;
    return false;
  } finally {
    stop();
  }
  follower.onConnection('ended');
  return true;
};
