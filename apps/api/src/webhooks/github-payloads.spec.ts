import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { signedWebhook, webhookExamples } from '@drydock/testing';
import { ApiUnderTest } from '../testing/api-under-test.ts';
import { WEBHOOK_SECRET } from '../testing/signed-webhook.ts';

/** Of what GitHub published, only what a case changes is known. */
interface Payload {
  readonly action: string;
  readonly label?: object;
  readonly comment?: object;
  readonly review?: object;
}
type EventName = Parameters<typeof webhookExamples>[0];

const EVENTS = ['issues', 'issue_comment', 'pull_request_review', 'pull_request_review_comment'] as const;

let api: ApiUnderTest;
beforeEach(async () => {
  api = await ApiUnderTest.start();
});
afterEach(() => api.stop());

const send = async (event: EventName, payload: unknown) => {
  const { body, headers } = signedWebhook(event, payload, { secret: WEBHOOK_SECRET });
  const answer = await api.call('POST', '/v1/webhooks/github', { key: null, body, headers });
  return {
    status: answer.statusCode,
    ...(JSON.parse(answer.body) as { state: string; reason: string | null }),
  };
};

const examples = (event: EventName, action: string): Payload[] =>
  (webhookExamples(event) as Payload[]).filter((payload) => payload.action === action);

describe('payloads that GitHub published', () => {
  it.each(EVENTS)('of %s are all understood, and none is a trigger as it stands', async (event) => {
    for (const payload of webhookExamples(event))
      expect(await send(event, payload)).toMatchObject({ status: 202, state: 'ignored' });
    expect(api.inbound.received).toEqual([]);
  });

  it.each<[EventName, string, (payload: Payload) => Payload, string]>([
    ['issues', 'labeled', (p) => ({ ...p, label: { ...p.label, name: 'drydock' } }), 'label'],
    [
      'issue_comment',
      'created',
      (p) => ({ ...p, comment: { ...p.comment, body: '/drydock fix' } }),
      'comment',
    ],
    [
      'pull_request_review',
      'submitted',
      (p) => ({ ...p, review: { ...p.review, state: 'changes_requested' } }),
      'review',
    ],
    [
      'pull_request_review_comment',
      'created',
      (p) => ({ ...p, comment: { ...p.comment, body: '/drydock fix' } }),
      'comment',
    ],
  ])('of %s %s are triggers when people say what they must', async (event, action, change, kind) => {
    const [first] = examples(event, action);
    expect(first).toBeDefined();
    expect(await send(event, change(first!))).toMatchObject({ status: 202, state: 'received' });
    expect(api.inbound.received).toMatchObject([{ event, trigger: { kind, sender: 'Codertocat' } }]);
  });
});
