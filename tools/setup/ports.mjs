/** Loopback ports for services. */
import { randomInt } from 'node:crypto';
import { createServer } from 'node:net';

// Below Linux' range for outgoing connections (32768 and up), so that nobody's connection takes the port while the
// service restarts: a service keeps its port for life, and running processes find it again.
const LOWEST = 20_000;
const HIGHEST = 32_000;

/** Resolves to true when this process can listen on the port. */
export function isPortFree(port, host = '127.0.0.1') {
  return new Promise((resolve) => {
    const server = createServer();
    server.once('error', () => resolve(false));
    server.listen({ port, host, exclusive: true }, () => server.close(() => resolve(true)));
  });
}

/** A free loopback port, random so that instances set up at once rarely meet. */
export async function findFreePort() {
  for (;;) {
    const port = randomInt(LOWEST, HIGHEST);
    if (await isPortFree(port)) return port;
  }
}
