import { createHmac, randomUUID } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import type { WebhookDefinition } from '@octokit/webhooks-examples';
import { ROOT } from '../test-services.ts';

type EventName = WebhookDefinition['name'];

export interface SignedWebhook {
  readonly body: Buffer;
  readonly headers: Readonly<Record<string, string>>;
}

/** The payloads that GitHub published for an event, such as `issues`. Read when asked for: it is a file of megabytes. */
export const webhookExamples = (event: EventName): readonly unknown[] => {
  const file = join(ROOT, 'node_modules/@octokit/webhooks-examples/api.github.com/index.json');
  const all = JSON.parse(readFileSync(file, 'utf8')) as WebhookDefinition[];
  const found = all.find(({ name }) => name === event);
  if (found === undefined) throw new Error(`there are no examples of ${event}`);
  return found.examples;
};

/** A webhook as GitHub sends it: the bytes, and the headers with the signature over them. */
export const signedWebhook = (
  event: EventName,
  payload: unknown,
  { secret, guid = randomUUID() }: { readonly secret: string; readonly guid?: string },
): SignedWebhook => {
  const body = Buffer.from(typeof payload === 'string' ? payload : JSON.stringify(payload));
  return {
    body,
    headers: {
      'content-type': 'application/json',
      'user-agent': 'GitHub-Hookshot/test',
      'x-github-event': event,
      'x-github-delivery': guid,
      'x-hub-signature-256': `sha256=${createHmac('sha256', secret).update(body).digest('hex')}`,
    },
  };
};
