import { randomBytes } from 'node:crypto';
import { taskIdFrom } from '@drydock/domain';
import {
  Authenticate,
  CancelTask,
  FollowEvents,
  ManageRepositories,
  ManageTeams,
  ManageWebhooks,
  OrderDelivery,
  ReadArtifact,
  ReadTask,
  ReceiveWebhook,
  RetryTask,
  SubmitTask,
} from '@drydock/engine';
import { Module, StandardSchemaValidationPipe, type DynamicModule, type Provider } from '@nestjs/common';
import { APP_FILTER, APP_GUARD, APP_PIPE } from '@nestjs/core';
import type { ApiPorts, ApiSettings } from './api-parts.ts';
import { ApiKeyGuard } from './auth/api-key.guard.ts';
import { RequestLimits } from './auth/request-limits.ts';
import { DeliveriesController } from './deliveries/deliveries.controller.ts';
import { DocsController } from './docs/docs.controller.ts';
import { ErrorsController } from './docs/errors.controller.ts';
import { FleetController } from './fleet/fleet.controller.ts';
import { invalidInput } from './http/input-issues.ts';
import type { KnownRoutes } from './http/known-routes.ts';
import { ProblemFilter } from './http/problem.filter.ts';
import { OpenApiDocument } from './openapi/open-api-document.ts';
import { RepositoriesController } from './repositories/repositories.controller.ts';
import { Shutdown } from './start/shutdown.ts';
import { ProbesController } from './system/probes.controller.ts';
import { ArtifactsController } from './tasks/artifacts.controller.ts';
import { EventsController } from './tasks/events.controller.ts';
import { ReadMultipart } from './tasks/read-multipart.ts';
import { ReadSubmission } from './tasks/read-submission.ts';
import { ssePortions } from './tasks/sse.ts';
import { TasksController } from './tasks/tasks.controller.ts';
import { UploadSpool } from './tasks/upload-spool.ts';
import { TeamKeysController } from './teams/team-keys.controller.ts';
import { TeamsController } from './teams/teams.controller.ts';
import { WebhookDeliveriesController } from './webhook-endpoints/webhook-deliveries.controller.ts';
import { WebhookEndpointsController } from './webhook-endpoints/webhook-endpoints.controller.ts';
import { BodyRoom } from './webhooks/body-room.ts';
import { WebhooksController } from './webhooks/webhooks.controller.ts';
import { WebController } from './web/web.controller.ts';
import { LOG, PORTS, ROUTES, SETTINGS } from './tokens.ts';

export interface ApiParts {
  readonly ports: ApiPorts;
  readonly settings: ApiSettings;
  readonly routes: KnownRoutes;
  readonly shutdown: Shutdown;
}

const useCases = ({ ports, settings }: ApiParts): Provider[] => {
  const submitPorts = { ...ports, newTaskId: () => taskIdFrom(Date.now(), randomBytes(16)) };
  const authenticate = new Authenticate(ports.apiKeys);
  const read = new ReadTask(ports.tasks);
  const spool = new UploadSpool(settings.spoolDirectory);
  const multipart = new ReadMultipart(spool, settings.maxUploadBytes);
  return [
    { provide: Authenticate, useValue: authenticate },
    { provide: RequestLimits, useValue: new RequestLimits(settings.requestsPerSecond) },
    { provide: ManageTeams, useValue: new ManageTeams(ports.teams, authenticate) },
    { provide: ManageRepositories, useValue: new ManageRepositories(ports.repositories) },
    {
      provide: ManageWebhooks,
      useValue: new ManageWebhooks(
        { ...ports, webhooks: ports.webhookEndpoints },
        settings.rules.allowPrivateHosts,
      ),
    },
    { provide: ReceiveWebhook, useValue: new ReceiveWebhook({ ...ports, ...ports.webhooks }) },
    { provide: BodyRoom, useValue: new BodyRoom() },
    { provide: SubmitTask, useValue: new SubmitTask(submitPorts, settings.rules) },
    { provide: ReadTask, useValue: read },
    { provide: CancelTask, useValue: new CancelTask(read, ports.tasks, ports.telemetry) },
    { provide: OrderDelivery, useValue: new OrderDelivery(read, ports, settings.rules.canDeliver) },
    { provide: RetryTask, useValue: new RetryTask(read, submitPorts, settings.rules) },
    { provide: ReadArtifact, useValue: new ReadArtifact(read, ports.tasks, ports.artifacts) },
    { provide: FollowEvents, useValue: new FollowEvents(ports, ssePortions) },
    { provide: ReadSubmission, useValue: new ReadSubmission(multipart, spool) },
  ];
};

const ENHANCERS: Provider[] = [
  { provide: APP_GUARD, useClass: ApiKeyGuard },
  { provide: APP_FILTER, useClass: ProblemFilter },
  { provide: APP_PIPE, useValue: new StandardSchemaValidationPipe({ exceptionFactory: invalidInput }) },
];

/** Wiring only: every rule is in the engine, every technology in an adapter. */
@Module({})
export class ApiModule {
  static of(parts: ApiParts): DynamicModule {
    return {
      module: ApiModule,
      controllers: [
        TasksController,
        EventsController,
        ArtifactsController,
        DeliveriesController,
        FleetController,
        RepositoriesController,
        WebhooksController,
        WebhookEndpointsController,
        WebhookDeliveriesController,
        TeamsController,
        TeamKeysController,
        ProbesController,
        DocsController,
        ErrorsController,
        WebController,
      ],
      providers: [
        { provide: PORTS, useValue: parts.ports },
        { provide: SETTINGS, useValue: parts.settings },
        { provide: LOG, useValue: parts.ports.log },
        { provide: ROUTES, useValue: parts.routes },
        { provide: Shutdown, useValue: parts.shutdown },
        OpenApiDocument,
        ...useCases(parts),
        ...ENHANCERS,
      ],
    };
  }
}
