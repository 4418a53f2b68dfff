import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { openPull, type IssueState } from '@drydock/testing';
import type { TaskView } from '../system/client.ts';
import { openAskedShop } from './asked-shop.ts';
import type { People, Sent } from './people.ts';
import { untilSettled, type Shop } from './shop.ts';
import {
  auditOf,
  descriptionOf,
  ownComments,
  reactionsOn,
  settled,
  startedBy,
  taskCount,
  untilSaid,
} from './triggers.ts';

/** Every way to ask for something at an issue, as an App. */
const APP = 'drydock[bot]';

let shop: Shop;
let people: People;

beforeAll(async () => {
  ({ shop, people } = await openAskedShop('app', { concurrency: 4 }));
  shop.repository.collaborators.set('mona', 'write');
});

afterAll(() => shop.close());

/** One open pull request of the App that closes the issue, with the verdict of the verify commands as a check run. */
const expectPullRequest = (task: TaskView, issue: IssueState): void => {
  expect(task).toMatchObject({ status: 'succeeded', outcome: 'changed' });
  const { repository } = shop;
  const pulls = repository.pulls.filter(({ pull }) => pull.head === `drydock/${task.id}`);
  expect(pulls).toMatchObject([{ state: 'open', author: APP, title: issue.title, pull: { base: 'main' } }]);
  expect(pulls[0]?.body).toContain(`Closes #${String(issue.number)}`);
  const commit = pulls[0]?.pull.headCommit;
  const checks = repository.checkRuns.filter((run) => run.commit === commit);
  expect(checks).toMatchObject([{ name: 'drydock/verify', status: 'completed', conclusion: 'success' }]);
  expect(repository.statuses).toEqual([]);
};

interface Asking {
  readonly what: string;
  readonly ask: (issue: IssueState) => Promise<Sent>;
  /** Words of the sender that the agent is told. */
  readonly told: string;
}

const ASKING: readonly Asking[] = [
  {
    what: 'a comment of /drydock and an instruction',
    ask: (issue) => people.says('ada', issue, '/drydock put two into b.txt'),
    told: 'What ada wants:\n\nput two into b.txt',
  },
  {
    what: "an assignment to the App's user",
    ask: (issue) => people.assigns('ada', issue, APP),
    told: 'ada, who may write to the repository, assigned issue #',
  },
  {
    what: "a comment that mentions the App's user",
    ask: (issue) => people.says('ada', issue, '@drydock put two into b.txt, please'),
    told: 'What ada wants:\n\nput two into b.txt, please',
  },
];

describe('a pull request comes of', () => {
  /** By `what`: the tasks run side by side. */
  const asked = new Map<string, { readonly issue: IssueState; readonly sent: Sent }>();

  beforeAll(async () => {
    for (const { what, ask } of ASKING) {
      const issue = people.opens('mona', `By ${what.replaceAll('/', '')}`);
      asked.set(what, { issue, sent: await ask(issue) });
    }
  });

  it.each(ASKING)('$what', async ({ what, told }) => {
    const { issue, sent } = asked.get(what)!;
    const id = await startedBy(shop, sent);
    expectPullRequest(await untilSettled(shop, id), issue);
    expect(await descriptionOf(shop, id)).toContain(told);
    await untilSaid(issue, '**Done**');
    expect(ownComments(issue)).toHaveLength(1);
    const [said] = issue.comments.filter(({ author }) => author === 'ada');
    const on = said === undefined ? `issue ${String(issue.number)}` : `comment ${String(said.id)}`;
    expect(reactionsOn(shop, on)).toEqual(['eyes']);
    expect(await auditOf(shop, issue)).toEqual([
      { actor: 'github:ada', action: 'trigger.accepted', reason: 'started' },
    ]);
  });
});

describe('/drydock', () => {
  it('retry runs the last task of the conversation again, once it has ended', async () => {
    const issue = people.opens('mona', 'At the second try');
    shop.github.fail('git fetch', { kind: 'status', status: 404, message: 'Repository not found.' });
    const first = await startedBy(shop, await people.says('ada', issue, '/drydock put two into b.txt'));
    expect(await shop.system.client.wait(first)).toMatchObject({ outcome: 'checkout_failed' });
    await untilSaid(issue, '**Failed**');
    const retried = await startedBy(shop, await people.says('ada', issue, '/drydock retry'));
    const task = await untilSettled(shop, retried);
    expect(task.retryOf).toBe(first);
    expectPullRequest(task, issue);
    await untilSaid(issue, '**Done**');
    expect(ownComments(issue)).toHaveLength(2);
  });

  it('cancel and retry with nothing to cancel or to retry do nothing, and show it', async () => {
    const issue = people.opens('mona', 'Nothing yet');
    const before = await taskCount(shop);
    for (const [verb, reason] of [
      ['cancel', 'nothing_to_cancel'],
      ['retry', 'nothing_to_retry'],
    ] as const) {
      const { comment, ...sent } = await people.says('ada', issue, `/drydock ${verb}`);
      expect(await settled(shop, sent)).toMatchObject({ state: 'refused', reason });
      expect(reactionsOn(shop, `comment ${String(comment.id)}`)).toEqual(['eyes', 'confused']);
    }
    expect([await taskCount(shop), ownComments(issue)]).toEqual([before, []]);
  });

  it('help is answered where it was asked, on a pull request too', async () => {
    const { repository, github } = shop;
    await repository.git.push('of-mona', { 'c.txt': 'three\n' });
    const pull = await openPull(repository, github.state, {
      author: 'mona',
      title: 'Three',
      head: 'of-mona',
    });
    const { comment, ...sent } = await people.says('ada', pull, '/drydock help');
    expect(await settled(shop, sent)).toMatchObject({ state: 'accepted', reason: 'helped', taskId: null });
    expect(ownComments(pull)).toEqual([expect.stringContaining('/drydock cancel')]);
    expect(reactionsOn(shop, `comment ${String(comment.id)}`)).toEqual(['eyes']);
  });
});

describe('nobody is meant by', () => {
  it.each([
    {
      what: 'an assignment to somebody else',
      ask: (issue: IssueState) => people.assigns('ada', issue, 'mona'),
    },
    {
      what: 'a mention of somebody else',
      ask: (issue: IssueState) => people.says('ada', issue, '@mona look'),
    },
  ])('$what', async ({ ask }) => {
    const issue = people.opens('mona', 'For mona');
    const before = await taskCount(shop);
    expect(await ask(issue)).toMatchObject({ status: 202, state: 'ignored', reason: 'no_trigger' });
    expect([await taskCount(shop), ownComments(issue), await auditOf(shop, issue)]).toEqual([before, [], []]);
  });
});
