import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';

export interface HealthChecks {
  /** What is wrong; empty when the worker is ready. */
  readonly problems: () => Promise<readonly string[]>;
  readonly metrics: () => Promise<{ contentType: string; body: string }>;
}

const answer = async (
  path: string,
  checks: HealthChecks,
): Promise<{ status: number; type: string; body: string }> => {
  if (path === '/livez') return { status: 200, type: 'application/json', body: '{"status":"ok"}' };
  if (path === '/metrics') {
    const { contentType, body } = await checks.metrics();
    return { status: 200, type: contentType, body };
  }
  if (path !== '/readyz') return { status: 404, type: 'application/json', body: '{"status":"not found"}' };
  const problems = await checks.problems();
  const isReady = problems.length === 0;
  return {
    status: isReady ? 200 : 503,
    type: 'application/json',
    body: JSON.stringify({ status: isReady ? 'ready' : 'not ready', problems }),
  };
};

/** Probes and metrics of a worker on their own port (0: any free one). */
export const serveHealth = async (
  port: number,
  checks: HealthChecks,
): Promise<{ port: number; close: () => Promise<void> }> => {
  const server: Server = createServer((request, response) => {
    const path = (request.url ?? '/').split('?')[0] ?? '/';
    answer(path, checks)
      .catch((error: unknown) => ({ status: 500, type: 'text/plain', body: String(error) }))
      .then(
        ({ status, type, body }) => response.writeHead(status, { 'content-type': type }).end(body),
        () => response.destroy(),
      );
  });
  await new Promise<void>((resolve, reject) => {
    server.once('error', reject);
    server.listen(port, '127.0.0.1', resolve);
  });
  return {
    port: (server.address() as AddressInfo).port,
    close: () =>
      new Promise((resolve) => {
        server.close(() => {
          resolve();
        });
        server.closeAllConnections();
      }),
  };
};
