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
  const { promise: aborted, reject } = Promise.withResolvers<never>();
  aborted.catch(() => undefined);
  const onAbort = () => {
    reject(signal.reason as Error);
  };
  signal.addEventListener('abort', onAbort, { once: true });
  const iterator = source[Symbol.asyncIterator]();
  let bytes = 0;
  try {
    signal.throwIfAborted();
    for (;;) {
      const next = await Promise.race([aborted, iterator.next()]);
      if (next.done === true) return;
      bytes += next.value.byteLength;
      if (bytes > maxBytes)
        throw new AppError('payload_too_large', `There are more than ${String(maxBytes)} bytes.`);
      yield next.value;
    }
  } finally {
    signal.removeEventListener('abort', onAbort);
    // Not awaited: a generator that is silent for ever would never answer.
    void Promise.resolve(iterator.return?.()).catch(() => undefined);
  }
}
