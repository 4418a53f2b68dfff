/** Settles as the work does, or rejects with the reason of the signal as soon as that fires; the work itself may go on. */
export const endedBy = async <T>(signal: AbortSignal, work: () => Promise<T>): Promise<T> => {
  signal.throwIfAborted();
  const listening = new AbortController();
  const ended = new Promise<never>((_resolve, reject) => {
    const onAbort = (): void => {
      reject(signal.reason as Error);
    };
    signal.addEventListener('abort', onAbort, { once: true, signal: listening.signal });
  });
  try {
    return await Promise.race([work(), ended]);
  } finally {
    listening.abort();
  }
};
