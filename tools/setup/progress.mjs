/** Progress on standard output: one line per finished step, a heartbeat while a step is long. */
const HEARTBEAT_MS = 10_000;
const bootedAt = performance.now();

const seconds = (ms) => (ms / 1000).toFixed(1);

/** Prints one line, prefixed with the seconds since this process began. */
export function say(text) {
  process.stdout.write(`[${seconds(performance.now() - bootedAt).padStart(6)}s] ${text}\n`);
}

/**
 * Runs `work` and reports it. What `work` resolves to is printed behind the name when it is a string.
 * @returns what `work` resolves to.
 */
export async function step(name, work) {
  const startedAt = performance.now();
  const elapsed = () => seconds(performance.now() - startedAt);
  const heartbeat = setInterval(() => say(`${name} ... ${elapsed()} s`), HEARTBEAT_MS);
  try {
    const result = await work();
    say(`${name}: ${typeof result === 'string' ? result : 'done'} (${elapsed()} s)`);
    return result;
  } catch (error) {
    say(`${name}: FAILED after ${elapsed()} s`);
    throw error;
  } finally {
    clearInterval(heartbeat);
  }
}
