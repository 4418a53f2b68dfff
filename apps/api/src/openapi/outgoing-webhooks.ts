import { TASK_ID } from './examples/task.example.ts';

const TASK = {
  ...{
    id: TASK_ID,
    status: 'succeeded',
    outcome: 'changed',
    error: null,
    labels: { project: 'shop' },
    attempt: 1,
  },
  ...{ retryOf: null, createdAt: '2026-11-21T09:30:00.000Z', startedAt: '2026-11-21T09:30:00.412Z' },
  ...{ finishedAt: '2026-11-21T09:31:12.080Z', diffstat: { files: 1, insertions: 3, deletions: 1 } },
};
const EXAMPLE = { type: 'task.succeeded', timestamp: '2026-11-21T09:31:12.080Z', data: { task: TASK } };

const header = (name: string, description: string): object => ({
  name,
  in: 'header',
  required: true,
  description,
  schema: { type: 'string' },
});

/** What receivers of our webhooks implement, as OpenAPI 3.1 describes it. `payload` is the schema of the body. */
export const outgoingWebhooks = (payload: { $ref: string }): Record<string, object> => ({
  event: {
    post: {
      operationId: 'receiveEvent',
      tags: ['Webhooks'],
      summary: 'What an endpoint is told of',
      description:
        'Sent to every endpoint of the team that listens to the event, and to the `callbackUrl` of its task. Verify the ' +
        'signature over the raw body as the Standard Webhooks specification says, answer 2xx within 10 s, and work later. ' +
        'The same event may come twice, under the same `webhook-id`.',
      security: [],
      parameters: [
        header('webhook-id', 'Id of the delivery, the same in every try'),
        header('webhook-timestamp', 'When this try was made, in seconds since 1970'),
        header('webhook-signature', '`v1,` and base64, once for each secret that is valid, apart by spaces'),
      ],
      requestBody: { required: true, content: { 'application/json': { schema: payload, example: EXAMPLE } } },
      responses: {
        204: { description: 'Taken; any other 2xx will do' },
        410: { description: 'Nothing more is wanted: the endpoint is disabled' },
        '4XX': { description: 'Sent again for a day, as with any other answer and with none' },
      },
    },
  },
});
