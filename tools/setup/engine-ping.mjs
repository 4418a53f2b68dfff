/** Asks the local Docker Engine whether it lives, without any package. */
import { request } from 'node:http';

const TIMEOUT_MS = 5_000;

const target = () => {
  const host = process.env.DOCKER_HOST ?? '';
  if (!host || host.startsWith('unix://')) {
    return { socketPath: host.slice('unix://'.length) || '/var/run/docker.sock' };
  }
  const { hostname, port } = new URL(host);
  return { host: hostname, port: port || 2375 };
};

/** True when an engine answers `GET /_ping` with 200. */
export function engineAnswers() {
  return new Promise((resolve) => {
    const probe = request({ ...target(), path: '/_ping', timeout: TIMEOUT_MS }, (response) => {
      response.resume();
      resolve(response.statusCode === 200);
    });
    probe.on('timeout', () => probe.destroy(new Error('timeout')));
    probe.on('error', () => resolve(false));
    probe.end();
  });
}
