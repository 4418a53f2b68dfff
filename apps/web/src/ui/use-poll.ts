import { useCallback, useEffect, useRef, useState } from 'preact/hooks';
import { wordsOf } from '../api/words-of.ts';

export interface Polled<T> {
  readonly value: T | null;
  /** Why the last try failed; the value is then the one before. */
  readonly error: string | null;
  readonly refresh: () => void;
}

/**
 * Reads something again and again while the tab is looked at. A failed try keeps what was there.
 * @param everyMs - 0: once, and when asked.
 */
export const usePoll = <T>(load: (signal: AbortSignal) => Promise<T>, everyMs: number): Polled<T> => {
  const [state, setState] = useState<{ value: T | null; error: string | null }>({ value: null, error: null });
  const [round, setRound] = useState(0);
  const refresh = useCallback(() => setRound((count) => count + 1), []);
  const last = useRef(load);
  useEffect(() => {
    if (last.current !== load) setState({ value: null, error: null });
    last.current = load;
  }, [load]);
  useEffect(() => {
    const ended = new AbortController();
    let timer: ReturnType<typeof setTimeout> | undefined;
    let isFirst = true;
    const run = async (): Promise<void> => {
      try {
        // A tab that was opened in the background is ready when it is looked at.
        if (isFirst || !document.hidden) {
          isFirst = false;
          const value = await load(ended.signal);
          if (!ended.signal.aborted) setState({ value, error: null });
        }
      } catch (error) {
        if (!ended.signal.aborted) setState(({ value }) => ({ value, error: wordsOf(error) }));
      }
      if (everyMs > 0 && !ended.signal.aborted) timer = setTimeout(() => void run(), everyMs);
    };
    void run();
    return () => {
      ended.abort();
      clearTimeout(timer);
    };
  }, [load, everyMs, round]);
  return { ...state, refresh };
};
