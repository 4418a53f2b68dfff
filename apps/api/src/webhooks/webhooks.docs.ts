import { WebhookReceipt } from '@drydock/contracts';
import { applyDecorators } from '@nestjs/common';
import { ApiHeader, ApiSecurity } from '@nestjs/swagger';
import { Operation } from '../openapi/operation.ts';

const header = (name: string, description: string) =>
  ApiHeader({ name, required: true, description, schema: { type: 'string' } });

export const GithubWebhookDocs = () =>
  applyDecorators(
    Operation({
      id: 'receiveGithubWebhook',
      tag: 'Repositories',
      summary: 'Take in an event of GitHub',
      description:
        'For GitHub, which signs the body with GITHUB_WEBHOOK_SECRET; the content type of the webhook must be ' +
        '`application/json`. What may start a task is kept as it came and looked at a moment later; the answer says only ' +
        'whether there is anything to look at. The same event sent again starts nothing.',
      scope: null,
      answers: { 202: { description: 'Taken in', schema: WebhookReceipt } },
      problems: [
        'malformed_json',
        'signature_invalid',
        'not_found',
        'payload_too_large',
        'unsupported_media_type',
      ],
    }),
    ApiSecurity('githubSignature'),
    header('X-GitHub-Event', 'Name of the event'),
    header('X-GitHub-Delivery', 'Id of this sending'),
  );
