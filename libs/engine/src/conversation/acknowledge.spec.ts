import { describe, expect, it } from '@jest/globals';
import { AppError, type SessionId } from '@drydock/domain';
import { FakeConversations } from '../testing/fake-conversations.ts';
import { anInbound, aTrigger } from '../testing/inbound-store.contract.ts';
import { acknowledge } from './acknowledge.ts';

const fence = { id: 'github:1', attempt: 1, sessionId: 'w' as SessionId };
const said = { id: 12, text: '/drydock', at: null };
const inboundOf = (event: string, what: Parameters<typeof aTrigger>[0] = { said }) => ({
  ...anInbound('1', { event, trigger: aTrigger(what) }),
  fence,
});

describe('the reaction to a trigger', () => {
  it.each([
    ['issues', { said: null }, 'issue 7 eyes'],
    ['issue_comment', { said }, 'comment 12 eyes'],
    ['pull_request_review', { said }, 'issue 7 eyes'],
    ['pull_request_review_comment', { said }, 'review_comment 12 eyes'],
  ])('is put where the sender of %s looks, once', async (event, what, expected) => {
    const people = new FakeConversations();
    for (let at = 0; at < 2; at++) await acknowledge(people, inboundOf(event, what), 'eyes');
    expect([...people.reactions.keys()]).toEqual([expected]);
  });

  it.each(['forge_refused', 'forge_permission_missing', 'forge_repository_archived'] as const)(
    'does without on %s',
    async (code) => {
      const people = new FakeConversations();
      people.failure = new AppError(code, 'No.');
      await acknowledge(people, inboundOf('issue_comment'), 'eyes');
      expect(people.reactions.size).toBe(0);
    },
  );

  it('waits for a code host that is away', async () => {
    const people = new FakeConversations();
    people.failure = new AppError('forge_unreachable', 'Away.');
    const asked = acknowledge(people, inboundOf('issue_comment'), 'eyes');
    await expect(asked).rejects.toMatchObject({ code: 'forge_unreachable' });
  });
});
