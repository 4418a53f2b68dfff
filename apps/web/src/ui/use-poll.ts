import { ConnectionError } from '@drydock/sdk';
import { useCallback, useEffect, useRef, useState } from 'preact/hooks';
import { wordsOf } from '../api/words-of.ts';
import { Polling } from './polling.ts';

export interface Polled<T> {
  readonly value: T | null;
  /** Why the last try failed; the value is then the one before. */
  readonly error: string | null;
  /** The value is from another `load`; the answer of this one is under way. */
  readonly isStale: boolean;
  readonly refresh: () => void;
}

interface State<T> {
  readonly value: T | null;
  readonly error: string | null;
  readonly of: unknown;
}

const wordsOfTry = (error: unknown, everyMs: number): string =>
  error instanceof ConnectionError && everyMs > 0
    ? `${wordsOf(error)} This page goes on by itself once it answers.`
    : wordsOf(error);

/**
 * Reads something again and again while the tab is looked at. A failed try keeps what was there, and so does another
 * `load` until it has an answer: a list that vanishes at every key is hard to read.
 * @param everyMs - 0: once, and when asked.
 */
export const usePoll = <T>(load: (signal: AbortSignal) => Promise<T>, everyMs: number): Polled<T> => {
  const [state, setState] = useState<State<T>>({ value: null, error: null, of: load });
  const current = useRef<Polling<T>>(undefined);
  const refresh = useCallback(() => current.current?.refresh(), []);
  useEffect(() => {
    const polling = new Polling<T>({
      load,
      everyMs,
      onValue: (value) => setState({ value, error: null, of: load }),
      onError: (error) => setState(({ value }) => ({ value, error: wordsOfTry(error, everyMs), of: load })),
      isHidden: () => document.hidden,
    });
    current.current = polling;
    const onSeen = (): void => polling.wake();
    document.addEventListener('visibilitychange', onSeen);
    // Even when hidden: a tab that was opened in the background is ready when it is looked at.
    polling.refresh();
    return () => {
      polling.stop();
      document.removeEventListener('visibilitychange', onSeen);
    };
  }, [load, everyMs]);
  const isStale = state.of !== load;
  return { value: state.value, error: isStale ? null : state.error, isStale, refresh };
};
