/** What the containers of an instance's Redis and PostgreSQL look like: plain data, no engine calls. */
import { createHash } from 'node:crypto';

export const SERVICE_LABEL = 'drydock.service';
export const DATA_DIR_LABEL = 'drydock.data-dir';
export const CONFIG_LABEL = 'drydock.config';

const MIB = 1024 * 1024;

/** The services of an instance, and how each is reached. */
export const SERVICES = {
  redis: {
    port: 6379,
    variable: 'REDIS_URL',
    passwordVariable: 'REDIS_PASSWORD',
    command: () => [],
    url: (port, password) => `redis://:${password}@127.0.0.1:${port}`,
  },
  postgres: {
    port: 5432,
    variable: 'DATABASE_URL',
    passwordVariable: 'POSTGRES_PASSWORD',
    // Data of tests and demos need not survive a power failure; they do survive a killed process.
    command: ({ durable }) => (durable ? [] : ['-c', 'fsync=off']),
    url: (port, password) => `postgresql://drydock:${password}@127.0.0.1:${port}/drydock`,
  },
};

/**
 * The engine's create options for one service.
 * @param service - `redis` or `postgres`.
 * @param options - the instance, the image's id, the password, and whether data must survive a power failure.
 * @returns options without a host port; `withPort` adds it. The config label changes with everything but the port.
 */
export function serviceSpec(service, { instance, imageId, password, durable }) {
  const { port, passwordVariable, command } = SERVICES[service];
  const name = instance.serviceName(service);
  const spec = {
    name,
    Image: imageId,
    Cmd: command({ durable }),
    Env: [`${passwordVariable}=${password}`],
    ExposedPorts: { [`${port}/tcp`]: {} },
    HostConfig: {
      Init: true,
      Binds: [`${name}:/data`],
      RestartPolicy: { Name: 'unless-stopped' },
      ShmSize: 256 * MIB,
      LogConfig: { Type: 'json-file', Config: { 'max-size': '10m', 'max-file': '2' } },
    },
  };
  const config = createHash('sha256').update(JSON.stringify(spec)).digest('hex');
  const Labels = { [SERVICE_LABEL]: service, [DATA_DIR_LABEL]: instance.id, [CONFIG_LABEL]: config };
  return { ...spec, Labels };
}

/** The create options with the service published on one loopback port. */
export function withPort(spec, service, hostPort) {
  const PortBindings = {
    [`${SERVICES[service].port}/tcp`]: [{ HostIp: '127.0.0.1', HostPort: String(hostPort) }],
  };
  return { ...spec, HostConfig: { ...spec.HostConfig, PortBindings } };
}
