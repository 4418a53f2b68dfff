import { sessionClient } from './client.ts';
import type { TaskEvent } from './types.ts';

export type Connection = 'connecting' | 'open' | 'lost' | 'ended';

export interface Follower {
  readonly onEvent: (event: TaskEvent) => void;
  readonly onConnection: (connection: Connection) => void;
}

const isStream = ({ headers }: Request): boolean => headers.get('accept') === 'text/event-stream';

/**
 * Follows a task's events to their end, over as many connections as it takes: a tab may be open for days.
 * @throws ApiError when the API refuses.
 */
export const followEvents = async (id: string, follower: Follower, signal: AbortSignal): Promise<void> => {
  follower.onConnection('connecting');
  const client = sessionClient((request, response) => {
    if (isStream(request) && response.ok) follower.onConnection('open');
  });
  const options = { signal, giveUpMs: Infinity, onReconnect: () => follower.onConnection('lost') };
  for await (const event of client.tasks.follow(id, options)) follower.onEvent(event);
  follower.onConnection('ended');
};
