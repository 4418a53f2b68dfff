/** A moment in another tab is no reason to let go. */
const HIDDEN_MS = 5_000;

export interface Seen {
  /** Aborted once nobody has looked at the tab for a while, or by the signal that was given. */
  readonly signal: AbortSignal;
  readonly stop: () => void;
}

/** For what only those need who look: browsers grant all tabs of a site six connections together. */
export const whileSeen = (outer: AbortSignal): Seen => {
  const hidden = new AbortController();
  let timer: ReturnType<typeof setTimeout> | undefined;
  const onChange = (): void => {
    clearTimeout(timer);
    if (document.hidden) timer = setTimeout(() => hidden.abort(), HIDDEN_MS);
  };
  document.addEventListener('visibilitychange', onChange);
  onChange();
  const stop = (): void => {
    clearTimeout(timer);
    document.removeEventListener('visibilitychange', onChange);
  };
  return { signal: AbortSignal.any([outer, hidden.signal]), stop };
};

/** Resolves when somebody looks at the tab. @throws the reason of the signal. */
export const untilSeen = (signal: AbortSignal): Promise<void> =>
  new Promise((resolve, reject) => {
    const done = new AbortController();
    const check = (): void => {
      if (signal.aborted) reject(signal.reason as Error);
      else if (!document.hidden) resolve();
      else return;
      done.abort();
    };
    document.addEventListener('visibilitychange', check, { signal: done.signal });
    signal.addEventListener('abort', check, { signal: done.signal });
    check();
  });
