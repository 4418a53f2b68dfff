/** dockerode and the few calls that set-up repeats. */
import Docker from 'dockerode';

/** The engine that `DOCKER_HOST` names, else the local default. */
export const docker = new Docker();

/** Resolves to undefined instead of throwing when the engine says 404. */
export async function orMissing(promise) {
  try {
    return await promise;
  } catch (error) {
    if (error.statusCode === 404) return undefined;
    throw error;
  }
}

/** Waits for the end of a streamed engine call (pull, build, import). Rejects with the engine's own error. */
export function followed(stream) {
  return new Promise((resolve, reject) => {
    const tail = [];
    const onEnd = (error) =>
      error ? reject(new Error(`${error.message}\n${tail.join('').slice(-4_000)}`)) : resolve();
    const onLine = (line) => {
      if (line.stream) tail.push(line.stream);
      if (tail.length > 200) tail.shift();
    };
    docker.modem.followProgress(stream, onEnd, onLine);
  });
}
