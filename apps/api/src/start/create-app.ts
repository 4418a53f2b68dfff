import 'reflect-metadata';
import { NestApplicationContextOptions } from '@nestjs/common/interfaces/nest-application-context-options.interface.js';
import { NestFactory } from '@nestjs/core';
import type { NestFastifyApplication } from '@nestjs/platform-fastify';
import { ApiModule } from '../api.module.ts';
import type { ApiPorts, ApiSettings } from '../api-parts.ts';
import { createAdapter } from '../http/create-adapter.ts';
import { KnownRoutes } from '../http/known-routes.ts';
import { createDocument } from '../openapi/create-document.ts';
import { OpenApiDocument } from '../openapi/open-api-document.ts';
import { Shutdown } from './shutdown.ts';

// Errors come back to the caller, and the parsers are those of the adapter.
const OPTIONS = Object.assign(new NestApplicationContextOptions(), {
  logger: false as const,
  bodyParser: false,
  abortOnError: false,
});

/** The whole api over any adapters, not listening yet. */
export const createApp = async (ports: ApiPorts, settings: ApiSettings): Promise<NestFastifyApplication> => {
  const routes = new KnownRoutes();
  const parts = { ports, settings, routes, shutdown: new Shutdown() };
  const app = await NestFactory.create<NestFastifyApplication>(
    ApiModule.of(parts),
    createAdapter(ports, routes),
    OPTIONS,
  );
  app.get(OpenApiDocument).set(() => createDocument(app));
  await app.init();
  await app.getHttpAdapter().getInstance().ready();
  return app;
};
