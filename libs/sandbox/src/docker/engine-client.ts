import Docker from 'dockerode';
import { Agent } from 'node:http';

export const DEFAULT_SOCKET = '/var/run/docker.sock';

/** Longest time for a call that does not wait for a process. Creating on a busy disk can take seconds. */
export const CALL_TIMEOUT_MS = 30_000;

/**
 * A client of a local engine. Connections are not kept: over a unix socket a new one costs nothing, and a kept one that
 * a restarted engine has closed fails the next call.
 */
export const engineClient = (socketPath: string): Docker => {
  const options = {
    socketPath,
    agent: new Agent({ keepAlive: false }),
    protocol: 'http' as const,
    host: undefined, // else DOCKER_HOST of the environment would win over the path
  };
  return new Docker(options);
};

/** Ends a call after its time, or when `signal` fires. */
export const within = (signal?: AbortSignal): { abortSignal: AbortSignal } => {
  const deadline = AbortSignal.timeout(CALL_TIMEOUT_MS);
  return { abortSignal: signal ? AbortSignal.any([signal, deadline]) : deadline };
};

/** For the calls that dockerode gives no signal to: after its time the answer is no longer waited for. */
export const inTime = async <T>(call: Promise<T>, timeoutMs: number = CALL_TIMEOUT_MS): Promise<T> => {
  let timer: NodeJS.Timeout | undefined;
  const late = new Promise<never>((_resolve, reject) => {
    timer = setTimeout(
      () => reject(new DOMException('The engine did not answer in time.', 'TimeoutError')),
      timeoutMs,
    );
  });
  try {
    return await Promise.race([call, late]);
  } finally {
    clearTimeout(timer);
  }
};
