import { AppError } from '@drydock/domain';

export interface Bounds {
  readonly signal: AbortSignal;
  /** No bound when absent. */
  readonly maxBytes?: number;
}

/**
 * The chunks of a source until it ends, is aborted (also while it is silent) or grows past the bound. The source is ended
 * in every case.
 * @throws the signal's reason, or AppError `payload_too_large`.
 */
export async function* boundedChunks(
  source: AsyncIterable<Uint8Array>,
  { signal, maxBytes = Infinity }: Bounds,
): AsyncGenerator<Uint8Array> {
  const iterator = source[Symbol.asyncIterator]();
  let abandon: ((reason: Error) => void) | null = null;
  const onAbort = () => abandon?.(signal.reason as Error);
  signal.addEventListener('abort', onAbort, { once: true });
  // Not a race with one promise of the abort: that would keep every chunk alive until the end of the source.
  const next = (): Promise<IteratorResult<Uint8Array>> =>
    new Promise((resolve, reject) => {
      abandon = reject;
      iterator.next().then(resolve, reject);
    });
  let bytes = 0;
  try {
    for (;;) {
      signal.throwIfAborted();
      const result = await next();
      if (result.done === true) return;
      bytes += result.value.byteLength;
      if (bytes > maxBytes)
        throw new AppError('payload_too_large', `There are more than ${String(maxBytes)} bytes.`);
      yield result.value;
    }
  } finally {
    signal.removeEventListener('abort', onAbort);
    // Not awaited: a generator that is silent for ever would never answer.
    void Promise.resolve(iterator.return?.()).catch(() => undefined);
  }
}
