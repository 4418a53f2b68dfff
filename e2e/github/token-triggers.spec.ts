import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import type { IssueState } from '@drydock/testing';
import { openAskedShop } from './asked-shop.ts';
import type { People, Sent } from './people.ts';
import { untilSettled, type Shop } from './shop.ts';
import { auditOf, ownComments, reactionsOn, settled, startedBy, taskCount, untilSaid } from './triggers.ts';

/** Without an App the installation speaks as the person whose token it has. */
const SELF = 'grace';

let shop: Shop;
let people: People;

beforeAll(async () => {
  ({ shop, people } = await openAskedShop('token', { concurrency: 4 }));
});

afterAll(() => shop.close());

describe('with a personal access token', () => {
  const ASKING = [
    { by: 'the label drydock', ask: (issue: IssueState) => people.labels('ada', issue) },
    {
      by: "an assignment to the token's user",
      ask: (issue: IssueState) => people.assigns('ada', issue, SELF),
    },
    {
      by: "a mention of the token's user",
      ask: (issue: IssueState) => people.says('ada', issue, `@${SELF} put two into b.txt`),
    },
  ];
  /** By `by`: the tasks run side by side. */
  const asked = new Map<string, { readonly issue: IssueState; readonly sent: Sent }>();

  beforeAll(async () => {
    for (const { by, ask } of ASKING) {
      const issue = people.opens('ada', by);
      asked.set(by, { issue, sent: await ask(issue) });
    }
  });

  it.each(ASKING)(
    '$by ends in a pull request of that user, with the verdict as a commit status',
    async ({ by }) => {
      const { repository } = shop;
      const { issue, sent } = asked.get(by)!;
      const task = await untilSettled(shop, await startedBy(shop, sent));
      const pull = repository.pulls.find((one) => one.pull.head === `drydock/${task.id}`);
      expect(pull).toMatchObject({ state: 'open', author: SELF, title: by });
      const statuses = repository.statuses.filter(({ commit }) => commit === pull?.pull.headCommit);
      expect(statuses).toMatchObject([{ context: 'drydock/verify', state: 'success', author: SELF }]);
      expect(repository.checkRuns).toEqual([]);
      await untilSaid(issue, `/pull/${String(pull?.number)}`, SELF);
      expect(ownComments(issue, SELF)).toHaveLength(1);
    },
  );

  it('/drydock help is answered and reacted to by that user', async () => {
    const issue = people.opens('ada', 'Help');
    const { comment, ...sent } = await people.says('ada', issue, '/drydock help');
    expect(await settled(shop, sent)).toMatchObject({ state: 'accepted', reason: 'helped' });
    expect(ownComments(issue, SELF)).toEqual([expect.stringContaining('/drydock cancel')]);
    expect(reactionsOn(shop, `comment ${String(comment.id)}`, SELF)).toEqual(['eyes']);
  });

  it('that user starts nothing: what we say would not be told from what they say', async () => {
    const issue = people.opens('ada', 'By ourselves');
    const before = await taskCount(shop);
    const sent = await people.says(SELF, issue, '/drydock put two into b.txt');
    const reason = 'sender_is_self';
    expect(await settled(shop, sent)).toMatchObject({ state: 'refused', reason });
    expect(await auditOf(shop, issue)).toEqual([
      { actor: `github:${SELF}`, action: 'trigger.refused', reason },
    ]);
    expect(await taskCount(shop)).toBe(before);
  });
});
