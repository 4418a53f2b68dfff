import type { TaskId } from '@drydock/domain';
import type { EventHints } from '@drydock/engine';
import type { Redis } from 'ioredis';
import { closeRedis, openRedis, type RedisSettings } from './redis-settings.ts';

/**
 * Hints over Redis pub/sub, one channel per task, so that an api hears only of tasks that somebody watches. Lossy:
 * nothing is said while Redis is away, and readers poll besides.
 */
export class RedisEventHints implements EventHints {
  readonly #prefix: string;
  readonly #publisher: Redis;
  /** One connection for all subscriptions of the process; opened by the first. */
  readonly #subscriber: Redis;
  readonly #listeners = new Map<string, Set<() => void>>();

  constructor(settings: RedisSettings) {
    this.#prefix = settings.prefix;
    this.#publisher = openRedis(settings, 'producer');
    this.#subscriber = openRedis(settings, 'subscriber', true);
    this.#subscriber.on('message', (channel: string) => {
      for (const onHint of [...(this.#listeners.get(channel) ?? [])]) onHint();
    });
  }

  publish(taskId: TaskId): void {
    if (this.#publisher.status !== 'ready') return;
    this.#publisher.publish(this.#channelOf(taskId), '').catch(() => undefined);
  }

  subscribe(taskId: TaskId, onHint: () => void): () => void {
    const channel = this.#channelOf(taskId);
    const listeners = this.#listeners.get(channel) ?? new Set();
    if (listeners.size === 0) this.#subscriber.subscribe(channel).catch(() => undefined);
    this.#listeners.set(channel, listeners);
    // One listener may be handed in twice; each subscription ends by itself.
    const listener = () => {
      onHint();
    };
    listeners.add(listener);
    return () => {
      if (!listeners.delete(listener) || listeners.size > 0) return;
      this.#listeners.delete(channel);
      this.#subscriber.unsubscribe(channel).catch(() => undefined);
    };
  }

  close(): Promise<void> {
    this.#listeners.clear();
    closeRedis(this.#publisher);
    closeRedis(this.#subscriber);
    return Promise.resolve();
  }

  #channelOf(taskId: TaskId): string {
    return `${this.#prefix}:events:${taskId}`;
  }
}
