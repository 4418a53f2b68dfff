import { setTimeout as wait } from 'node:timers/promises';
import { listenInDirectory } from '../unix-listener.ts';
import type { LlmEndpoint } from './endpoint-state.ts';
import { createLlmServer } from './llm-server.ts';
import { UpstreamFailure } from './upstream.ts';

/** Opens `llm.sock`. @returns closes it, ends calls under way and waits for their records; idempotent. */
export const openLlm = async (
  endpoint: LlmEndpoint,
  directory: string,
  closing: AbortController,
): Promise<() => Promise<void>> => {
  const { server, underWay } = createLlmServer(endpoint);
  const closeSocket = await listenInDirectory(server, directory, 'llm.sock');
  const close = async (): Promise<void> => {
    closing.abort(new UpstreamFailure(499, 'The phase ended before the reply did.', true));
    const socketClosed = closeSocket();
    const late = new AbortController();
    const bound = wait(endpoint.bounds.closeMs, undefined, { signal: late.signal }).catch(() => undefined);
    await Promise.race([Promise.allSettled([...underWay]), bound]);
    late.abort();
    await socketClosed;
    await endpoint.journal.close();
  };
  let closed: Promise<void> | null = null;
  return () => (closed ??= close());
};
