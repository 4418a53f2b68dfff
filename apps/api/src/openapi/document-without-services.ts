import { tmpdir } from 'node:os';
import { createTelemetry } from '@drydock/observability';
import type { OpenAPIObject } from '@nestjs/swagger';
import type { ApiPorts, ApiSettings } from '../api-parts.ts';
import { createApp } from '../start/create-app.ts';
import { createDocument } from './create-document.ts';

/** Every call of a port fails: making the document calls none. */
const portsOfNothing = (): ApiPorts => {
  const absent = new Proxy({}, { get: () => () => Promise.reject(new Error('there are no services here')) });
  const telemetry = createTelemetry({
    service: 'drydock-api',
    version: '',
    instance: '',
    level: 'silent',
    secrets: [],
  });
  const names = [
    'tasks',
    'deliveries',
    'repositories',
    'webhookEndpoints',
    'inbound',
    'audit',
    'events',
    'hints',
    'apiKeys',
    'teams',
    'sessions',
    'artifacts',
    'archives',
    'wakeUps',
  ];
  return {
    ...Object.fromEntries(names.map((name) => [name, absent])),
    webhooks: { verify: null, self: () => null },
    telemetry,
    log: telemetry.log,
  } as unknown as ApiPorts;
};

const SETTINGS: ApiSettings = {
  version: '',
  webDirectory: tmpdir(),
  viewerDirectory: tmpdir(),
  errorsDirectory: tmpdir(),
  spoolDirectory: tmpdir(),
  maxUploadBytes: 0,
  requestsPerSecond: 0,
  stalledReaderMs: 0,
  rules: {
    allowPrivateHosts: new Set(),
    allowedImages: [],
    allowFullNetwork: false,
    defaultModel: null,
    hasModelUpstream: false,
    prices: [],
    canDeliver: () => 'unknown_host',
  },
};

/** The document as the running api serves it. */
export const documentWithoutServices = async (): Promise<OpenAPIObject> => {
  const app = await createApp(portsOfNothing(), SETTINGS);
  try {
    return createDocument(app);
  } finally {
    await app.close();
  }
};

/** As it is committed at docs/openapi.json. */
export const documentText = async (): Promise<string> =>
  `${JSON.stringify(await documentWithoutServices(), null, 2)}\n`;
