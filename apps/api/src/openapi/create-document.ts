import {
  DeliveryRequest,
  DeliveryRetryRequest,
  Problem,
  RetryRequest,
  RotateSecretRequest,
  TaskRequest,
  WebhookPayload,
} from '@drydock/contracts';
import { VERSION } from '@drydock/config';
import type { INestApplication } from '@nestjs/common';
import { DocumentBuilder, SwaggerModule, type OpenAPIObject } from '@nestjs/swagger';
import type { z } from 'zod';
import { completeOperations } from './complete-operations.ts';
import { outgoingWebhooks } from './outgoing-webhooks.ts';
import { problemExamples } from './problem-responses.ts';
import { convertSchema, isZod } from './convert-schema.ts';
import { DESCRIPTION } from './description.ts';
import { addEventPayloads, addStream } from './task-events.ts';

type Schemas = NonNullable<NonNullable<OpenAPIObject['components']>['schemas']>;

const builder = () =>
  new DocumentBuilder()
    .setOpenAPIVersion('3.1.1')
    .setTitle('Drydock')
    .setDescription(DESCRIPTION)
    .setVersion(VERSION)
    .setLicense('MIT', 'https://opensource.org/license/mit')
    .addServer('/', 'This installation')
    .addTag('Tasks', 'Submit, watch, cancel and retry')
    .addTag('Results', 'Patch, logs and other artifacts')
    .addTag('Deliveries', 'Pull requests of finished tasks')
    .addTag('Repositories', 'What issues and comments at a code host may start')
    .addTag('Webhooks', 'Where events of tasks are sent, signed')
    .addTag('Teams', 'Tenants, their limits and keys; for operators')
    .addTag('Fleet', 'Workers and backlog')
    .addTag('System', 'Probes and metrics; they need no key')
    .addBearerAuth(
      {
        type: 'http',
        scheme: 'bearer',
        bearerFormat: 'dk_<id>_<secret>',
        description: 'An API key of a team',
      },
      'apiKey',
    )
    .addApiKey(
      {
        type: 'apiKey',
        in: 'header',
        name: 'X-Hub-Signature-256',
        description: 'HMAC-SHA256 of the body with GITHUB_WEBHOOK_SECRET, as GitHub sends it',
      },
      'githubSignature',
    )
    .build();

/** Adds a schema that no decorator can name, with all that it refers to. */
const addSchema = (schemas: Schemas, schema: z.ZodType, io: 'input' | 'output'): { $ref: string } => {
  const { schema: reference, components } = convertSchema(schema, io);
  Object.assign(schemas, components);
  return reference as { $ref: string };
};

/** Routes that do without a body, too. */
const OPTIONAL_BODIES = [
  ['/v1/tasks/{id}/retry', RetryRequest],
  ['/v1/tasks/{id}/deliveries', DeliveryRequest],
  ['/v1/deliveries/{id}/retry', DeliveryRetryRequest],
  ['/v1/webhook-endpoints/{id}/rotate-secret', RotateSecretRequest],
] as const;

/** Bodies that the handlers read themselves: multipart has no place in Nest's own metadata. */
const addBodies = (document: OpenAPIObject, schemas: Schemas): void => {
  const task = addSchema(schemas, TaskRequest, 'input');
  const multipart = {
    type: 'object',
    required: ['archive', 'task'],
    properties: {
      archive: {
        type: 'string',
        contentMediaType: 'application/zip',
        description: 'The repository as a ZIP',
      },
      task,
    },
  };
  const submit = document.paths['/v1/tasks']?.post;
  if (submit)
    submit.requestBody = {
      required: true,
      content: {
        'application/json': { schema: task },
        'multipart/form-data': { schema: multipart, encoding: { task: { contentType: 'application/json' } } },
      },
    };
  for (const [path, schema] of OPTIONAL_BODIES) {
    const operation = document.paths[path]?.post;
    if (operation)
      operation.requestBody = {
        content: { 'application/json': { schema: addSchema(schemas, schema, 'input') } },
      };
  }
  const webhook = document.paths['/v1/webhooks/github']?.post;
  if (webhook)
    webhook.requestBody = {
      required: true,
      content: { 'application/json': { schema: { type: 'object', description: 'As GitHub describes it' } } },
    };
};

const sortedByName = (schemas: Schemas): Schemas =>
  Object.fromEntries(Object.entries(schemas).sort(([a], [b]) => (a < b ? -1 : 1)));

/** OpenAPI 3.1 of all routes, from the schemas that also check what comes in. */
export const createDocument = (app: INestApplication): OpenAPIObject => {
  const document = SwaggerModule.createDocument(app, builder(), {
    autoTagControllers: false,
    standardSchemaConverter: (schema, { schemaType }) =>
      isZod(schema) ? convertSchema(schema, schemaType) : undefined,
  });
  const schemas: Schemas = { ...document.components?.schemas };
  addSchema(schemas, Problem, 'output');
  addBodies(document, schemas);
  addStream(document);
  addEventPayloads(schemas);
  const webhooks = outgoingWebhooks(addSchema(schemas, WebhookPayload, 'output'));
  completeOperations(document);
  const used = JSON.stringify(document.paths);
  const examples = Object.fromEntries(
    Object.entries(problemExamples()).filter(([code]) => used.includes(`"#/components/examples/${code}"`)),
  );
  return {
    ...document,
    webhooks,
    components: { ...document.components, examples, schemas: sortedByName(schemas) },
  };
};
