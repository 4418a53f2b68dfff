import { EVENT_PAYLOADS, EVENT_TYPES } from '@drydock/contracts';
import type { OpenAPIObject } from '@nestjs/swagger';
import { convertSchema } from './convert-schema.ts';

type Schemas = NonNullable<NonNullable<OpenAPIObject['components']>['schemas']>;

const json = (contentSchema: object) => ({
  type: 'string' as const,
  contentMediaType: 'application/json',
  contentSchema,
});

/** One event of the stream: what `itemSchema` is in OpenAPI 3.2, by a name that 3.1 allows. */
const STREAM_ITEM = {
  oneOf: [
    {
      type: 'object',
      description: 'An event of the task',
      required: ['id', 'event', 'data'],
      properties: {
        id: { type: 'string', pattern: '^[1-9][0-9]*$', description: 'Its `seq`' },
        event: { type: 'string', enum: EVENT_TYPES, description: 'Its `type`' },
        data: json({ $ref: '#/components/schemas/TaskEvent' }),
      },
    },
    {
      type: 'object',
      description: 'The last one: the task is final and all has been sent',
      required: ['event', 'data'],
      properties: {
        id: false,
        event: { type: 'string', const: 'end' },
        data: json({ type: 'object', maxProperties: 0 }),
      },
    },
  ],
};

const EXAMPLE =
  'id: 7\nevent: log\ndata: {"seq":7,"at":"2026-11-21T09:30:02.118Z","attempt":1,"type":"log","v":1,"phase":"agent",' +
  '"stream":"stdout","text":"ok\\n"}\n\n';

/** The same route streams when the client asks for it, which a schema by status cannot say. */
export const addStream = (document: OpenAPIObject): void => {
  const answer = document.paths['/v1/tasks/{id}/events']?.get?.responses['200'];
  if (answer && 'content' in answer)
    answer.content['text/event-stream'] = {
      schema: { type: 'string' },
      example: EXAMPLE,
      ...{ 'x-item-schema': STREAM_ITEM },
    };
};

/** What the events of each type hold besides what all have, so that the type tells a client which fields there are. */
export const addEventPayloads = (schemas: Schemas): void => {
  const oneOf = EVENT_TYPES.map((name) => {
    const { schema, components } = convertSchema(EVENT_PAYLOADS[name], 'output');
    Object.assign(schemas, components);
    const { $ref } = schema;
    const named = typeof $ref === 'string' ? components[$ref.slice($ref.lastIndexOf('/') + 1)] : schema;
    const { properties, required } = named as { properties?: object; required?: readonly string[] };
    // Later versions may tell more: no field is refused.
    return {
      type: 'object' as const,
      properties: { type: { type: 'string' as const, const: name }, ...properties },
      required: ['type', ...(required ?? [])],
    };
  });
  schemas['TaskEvent'] = { ...schemas['TaskEvent'], ...{ oneOf } };
};
