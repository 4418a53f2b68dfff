import { ConnectionError } from '../errors.ts';
import { abortable } from './abortable.ts';

/** The same bytes; a break of the connection is a ConnectionError, an abort the reason of the signal. */
export const withTypedFaults = (
  bytes: ReadableStream<Uint8Array>,
  baseUrl: string,
  signal: AbortSignal | undefined,
): ReadableStream<Uint8Array> => {
  const reader = bytes.getReader();
  return new ReadableStream<Uint8Array>(
    {
      async pull(controller) {
        try {
          const { done, value } = await abortable(reader.read(), signal);
          if (done) controller.close();
          else controller.enqueue(value);
        } catch (cause) {
          const broken = new ConnectionError(`The connection to ${baseUrl} broke off.`, { cause });
          controller.error(signal?.aborted ? signal.reason : broken);
          void reader.cancel().catch(() => undefined);
        }
      },
      cancel: (reason) => reader.cancel(reason),
    },
    { highWaterMark: 0 },
  );
};
