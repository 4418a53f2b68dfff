import { useCallback, useEffect, useMemo, useRef, useState } from 'preact/hooks';
import { api } from '../api/client.ts';
import { followEvents } from '../api/follow-events.ts';
import { wordsOf } from '../api/words-of.ts';
import type { Task, TaskEvent } from '../api/types.ts';
import { usePoll } from '../ui/use-poll.ts';
import { useTick } from '../ui/use-tick.ts';
import { readOldLogs } from './read-old-logs.ts';
import { TaskModel } from './task-model.ts';

export interface FollowedTask {
  readonly task: Task | null;
  readonly error: string | null;
  readonly model: TaskModel;
  readonly refresh: () => void;
}

/** Besides what events tell: how deliveries go on after the end, and what a lost connection missed. */
const REFRESH_MS = 5_000;
const SOON_MS = 150;
/** In the background no events come; the title of the tab still says how it goes. */
const UNSEEN_REFRESH_MS = 30_000;

const isFinal = (task: Task | null): boolean => task?.finishedAt != null;
const isSettled = (task: Task | null): boolean =>
  isFinal(task) && (task?.deliveries ?? []).every(({ state }) => state !== 'pending');

const useUnseenRefresh = (isQuiet: boolean, refresh: () => void): void =>
  useEffect(() => {
    if (isQuiet) return undefined;
    const timer = setInterval(() => document.hidden && refresh(), UNSEEN_REFRESH_MS);
    return () => clearInterval(timer);
  }, [isQuiet, refresh]);

/** A task and all its events, for as long as the page shows it. */
export const useTask = (id: string): FollowedTask => {
  const tick = useTick();
  const model = useMemo(() => new TaskModel(), [id]);
  const [streamError, setStreamError] = useState<string | null>(null);
  const [isQuiet, setQuiet] = useState(false);
  const load = useCallback((signal: AbortSignal) => api.task(id, signal), [id]);
  const { value: task, error, refresh } = usePoll(load, isQuiet ? 0 : REFRESH_MS);
  useEffect(() => setQuiet(isSettled(task)), [task]);
  useUnseenRefresh(isQuiet, refresh);
  const seen = useRef(0);
  useEffect(() => {
    const ended = new AbortController();
    let timer: ReturnType<typeof setTimeout> | undefined;
    const follower = {
      onEvent: (event: TaskEvent) => {
        model.add(event);
        if (model.stateVersion !== seen.current) {
          seen.current = model.stateVersion;
          // A history comes all at once: it is one reason to read the task, not hundreds.
          timer ??= setTimeout(() => {
            timer = undefined;
            refresh();
          }, SOON_MS);
        }
        tick();
      },
      onConnection: (connection: TaskModel['connection']) => {
        model.connection = connection;
        tick();
      },
    };
    followEvents(id, follower, ended.signal)
      .then(() => readOldLogs(id, model, ended.signal))
      .then(() => {
        model.isComplete = true;
        tick();
      })
      .catch((reason: unknown) => {
        if (!ended.signal.aborted) setStreamError(wordsOf(reason));
      });
    return () => {
      clearTimeout(timer);
      ended.abort();
    };
  }, [id, model, refresh, tick]);
  return { task, error: error ?? streamError, model, refresh };
};
