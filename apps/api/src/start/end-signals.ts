/** Ctrl-C under npm arrives twice: from the terminal and from npm. */
const SAME_CTRL_C_MS = 1_000;

export interface EndSignalHandlers {
  /** Once. */
  readonly onFirst: (signal: string) => void;
  /** For each later signal. */
  readonly onSecond: (signal: string) => void;
}

/**
 * A listener for the signals that ask a process to end. A SIGINT that belongs to the same Ctrl-C as the first is none.
 * @param nowMs - a monotonic clock.
 */
export const endSignals = (
  { onFirst, onSecond }: EndSignalHandlers,
  nowMs: () => number = () => performance.now(),
): ((signal: string) => void) => {
  let first: { signal: string; atMs: number } | null = null;
  return (signal) => {
    if (first === null) {
      first = { signal, atMs: nowMs() };
      onFirst(signal);
      return;
    }
    const isSame = signal === 'SIGINT' && first.signal === 'SIGINT' && nowMs() - first.atMs < SAME_CTRL_C_MS;
    if (!isSame) onSecond(signal);
  };
};
