import { describe, expect, it } from '@jest/globals';

import { instanceOf } from './instance.mjs';
import { CONFIG_LABEL, SERVICES, serviceSpec, withPort } from './service-specs.mjs';

const instance = instanceOf('/srv/drydock/data');
const options = { instance, imageId: 'sha256:1', password: 'secret', durable: true };

describe('names of an instance', () => {
  it('come from the absolute path of its data dir', () => {
    expect(instance.serviceName('redis')).toBe('drydock-3e434190-redis');
    expect(instanceOf('/srv/drydock/data/').id).toBe(instance.id);
    expect(instanceOf('/srv/drydock/other').id).not.toBe(instance.id);
  });
});

describe('serviceSpec', () => {
  it.each(Object.keys(SERVICES))(
    'publishes %s on loopback only, on a named volume, restarted with the engine',
    (name) => {
      const service = name as keyof typeof SERVICES;
      const { port } = SERVICES[service];
      expect(withPort(serviceSpec(service, options), service, 23456)).toMatchObject({
        name: `drydock-3e434190-${name}`,
        HostConfig: {
          PortBindings: { [`${port}/tcp`]: [{ HostIp: '127.0.0.1', HostPort: '23456' }] },
          Binds: [`drydock-3e434190-${name}:/data`],
          RestartPolicy: { Name: 'unless-stopped' },
        },
      });
    },
  );

  it('has a config label that changes with image, password and durability, so that drift is seen', () => {
    const labelOf = (change: Partial<typeof options>): string =>
      serviceSpec('postgres', { ...options, ...change }).Labels[CONFIG_LABEL];
    const labels = [
      labelOf({}),
      labelOf({ imageId: 'sha256:2' }),
      labelOf({ password: 'other' }),
      labelOf({ durable: false }),
    ];
    expect(new Set(labels).size).toBe(labels.length);
    expect(labelOf({})).toBe(labels[0]);
  });
});
