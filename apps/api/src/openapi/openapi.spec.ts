import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { beforeAll, describe, expect, it } from '@jest/globals';
import { AnswerCheck, type ApiDocument } from '@drydock/testing';
import { documentText } from './document-without-services.ts';

interface Operation {
  readonly summary?: string;
  readonly operationId: string;
  readonly parameters?: { in: string; name: string }[];
  readonly responses: Record<string, { content?: Record<string, { schema: object; example?: unknown }> }>;
  readonly security?: object[];
}

let text: string;
let document: {
  paths: Record<string, Record<string, Operation>>;
  components: { schemas: Record<string, object> };
};
beforeAll(async () => {
  text = await documentText();
  document = JSON.parse(text) as typeof document;
});

const operations = (): [string, Operation][] =>
  Object.entries(document.paths).flatMap(([path, methods]) =>
    Object.entries(methods).map(([method, operation]): [string, Operation] => [
      `${method} ${path}`,
      operation,
    ]),
  );

describe('the OpenAPI document', () => {
  it('is the one that is committed; `npm run gen` writes it', () => {
    const committed = readFileSync(join(import.meta.dirname, '../../../../docs/openapi.json'), 'utf8');
    expect(JSON.parse(text)).toEqual(JSON.parse(committed));
  });

  it('has every route of the design with a summary, a good answer and problems', () => {
    expect(
      operations()
        .map(([name]) => name)
        .sort(),
    ).toEqual([
      'delete /v1/repositories/{id}',
      'delete /v1/teams/{id}/keys/{keyId}',
      'delete /v1/webhook-endpoints/{id}',
      'get /livez',
      'get /metrics',
      'get /readyz',
      'get /v1/queue',
      'get /v1/repositories',
      'get /v1/repositories/{id}',
      'get /v1/tasks',
      'get /v1/tasks/{id}',
      'get /v1/tasks/{id}/artifacts',
      'get /v1/tasks/{id}/artifacts/{name}',
      'get /v1/tasks/{id}/diff',
      'get /v1/tasks/{id}/events',
      'get /v1/teams',
      'get /v1/teams/{id}',
      'get /v1/teams/{id}/keys',
      'get /v1/webhook-endpoints',
      'get /v1/webhook-endpoints/{id}',
      'get /v1/webhook-endpoints/{id}/deliveries',
      'get /v1/workers',
      'patch /v1/repositories/{id}',
      'patch /v1/teams/{id}',
      'patch /v1/webhook-endpoints/{id}',
      'post /v1/deliveries/{id}/retry',
      'post /v1/repositories',
      'post /v1/tasks',
      'post /v1/tasks/{id}/cancel',
      'post /v1/tasks/{id}/deliveries',
      'post /v1/tasks/{id}/retry',
      'post /v1/teams',
      'post /v1/teams/{id}/keys',
      'post /v1/webhook-endpoints',
      'post /v1/webhook-endpoints/{id}/deliveries/{deliveryId}/redeliver',
      'post /v1/webhook-endpoints/{id}/rotate-secret',
      'post /v1/webhook-endpoints/{id}/test',
      'post /v1/webhooks/github',
    ]);
    for (const [name, operation] of operations()) {
      const statuses = Object.keys(operation.responses);
      expect([
        name,
        operation.summary,
        statuses.some((s) => s.startsWith('2')),
        statuses.includes('400'),
      ]).toEqual([name, expect.stringMatching(/\w{3}/), true, true]);
      expect(operation.security ?? []).toHaveLength(name.includes('/v1/') ? 1 : 0);
    }
  });

  it('names every parameter of a path', () => {
    for (const [name, operation] of operations()) {
      const wanted = [...name.matchAll(/\{(\w+)\}/g)].map((match) => match[1]).sort();
      const named = (operation.parameters ?? []).filter((one) => one.in === 'path').map((one) => one.name);
      expect([name, named.sort()]).toEqual([name, wanted]);
    }
  });

  it('refers only to schemas that it has', () => {
    const names = [...text.matchAll(/"\$ref": "#\/components\/schemas\/(\w+)"/g)].map((match) => match[1]);
    expect(Object.keys(document.components.schemas)).toEqual(expect.arrayContaining([...new Set(names)]));
    expect(text).not.toContain('$defs');
  });

  it('tells what the stream of events holds, with an example that is so', () => {
    const answer = {
      ...{ method: 'GET', path: '/v1/tasks/task_1/events', status: 200, contentType: 'text/event-stream' },
    };
    const check = new AnswerCheck(document as unknown as ApiDocument);
    const example = String(
      document.paths['/v1/tasks/{id}/events']?.['get']?.responses['200']?.content?.[answer.contentType]
        ?.example,
    );
    expect(example).toContain('"type":"log"');
    expect(check.faults({ ...answer, body: example })).toEqual([]);
    expect(check.faults({ ...answer, body: example.replace('"text"', '"words"') })).toEqual([
      expect.stringContaining("must have required property 'text'"),
    ]);
  });

  it('leaves fields with a default optional in a request', () => {
    expect(document.components.schemas['TaskRequest']).toMatchObject({ required: ['description'] });
  });
});
