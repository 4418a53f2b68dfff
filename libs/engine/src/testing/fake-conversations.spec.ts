import type { PullRequestFacts } from '../ports/forge-conversation.ts';
import { conversationContract } from './conversation.contract.ts';
import { FakeConversations } from './fake-conversations.ts';

conversationContract('FakeConversations', async () => {
  const people = new FakeConversations();
  let last = 0;
  return {
    talk: async (signal) => people.converse(undefined, undefined, signal),
    permit: (login, permission) => void people.permissions.set(login, permission),
    issue: () => ++last,
    pull: async (state) => {
      const facts: PullRequestFacts = {
        ...{ number: ++last, state, title: 'Round once', headBranch: 'drydock/x' },
        ...{ headCommit: 'c0'.repeat(20), headRepository: 'acme/shop', baseBranch: 'main' },
      };
      people.pulls.set(facts.number, facts);
      return facts;
    },
    review: (_number, author, remarks, isRequest = true) => {
      const id = ++last;
      if (isRequest) people.changeRequests.add(id);
      people.reviews.set(
        id,
        remarks.map((one) => ({ ...one, id: ++last, author, changedAt: new Date() })),
      );
      return id;
    },
    hear: (number, author, body) => people.hear(number, author, body),
    remove: (id) => people.remove(id),
    said: (number) =>
      people.said.filter((one) => one.number === number).map(({ author, body }) => ({ author, body })),
    reactionCount: () => people.reactions.size,
    loseNextComment: () => {
      people.losesNextAnswer = true;
    },
    close: async () => undefined,
  };
});
