import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import type { IssueState } from '@drydock/testing';
import type { TaskView } from '../system/client.ts';
import { appliedTree, commitsOf } from './branches.ts';
import { People, WEBHOOK_SECRET } from './people.ts';
import { openShop, untilSettled, type Shop } from './shop.ts';
import { auditOf, ownComments, reactionsOn, settled, startedBy, taskCount, untilSaid } from './triggers.ts';

/** Nobody leaves GitHub: what people do at an issue becomes a task, and the task becomes one pull request. */
const script = {
  turns: [
    {
      when: { step: 1, contains: 'SLOWLY' },
      toolCalls: [{ name: 'bash', arguments: { command: 'sleep 300' } }],
    },
    {
      when: { step: 1 },
      toolCalls: [{ name: 'write_file', arguments: { path: 'b.txt', content: 'two\n' } }],
    },
    { when: {}, toolCalls: [{ name: 'finish', arguments: { summary: 'Wrote b.txt.' } }] },
  ],
};

let shop: Shop;
let people: People;

beforeAll(async () => {
  const env = { GITHUB_WEBHOOK_SECRET: WEBHOOK_SECRET, DRYDOCK_PUBLIC_URL: 'https://drydock.example' };
  shop = await openShop('app', { script, env });
  people = new People(shop);
  shop.repository.collaborators.set('ada', 'write').set('rita', 'read');
  const forge = { owner: 'acme', name: 'shop', triggers: { label: true, comment: true }, labels: ['bot'] };
  expect((await shop.system.client.post('/v1/repositories', { forge })).status).toBe(201);
});

afterAll(() => shop.close());

const expectPullRequest = async (task: TaskView, issue: IssueState): Promise<void> => {
  const branch = `drydock/${task.id}`;
  const base = task.base?.commit ?? '';
  const commits = await commitsOf(shop.repository, base, branch);
  const tree = await appliedTree(shop.repository, base, await shop.system.client.diff(task.id));
  expect(commits).toMatchObject([{ parents: [base], tree, author: { name: 'drydock[bot]' } }]);
  const { id } = shop.github.state.user('ada');
  expect(commits[0]?.message).toContain(`Co-authored-by: ada <${String(id)}+ada@users.noreply.`);
  const pulls = shop.repository.pulls.filter(({ pull }) => pull.head === branch);
  expect(pulls).toMatchObject([
    {
      state: 'open',
      author: 'drydock[bot]',
      title: issue.title,
      labels: new Set(['bot']),
      pull: { base: 'main' },
    },
  ]);
  expect(pulls[0]?.body).toContain(`Closes #${String(issue.number)}`);
};

describe('the label drydock on an issue', () => {
  it('ends in one pull request that closes it, and in one comment that says so', async () => {
    const issue = people.opens('rita', 'Add a second file');
    const before = shop.github.requests.length;
    const sent = await people.labels('ada', issue);
    const id = await startedBy(shop, sent);
    const task = await untilSettled(shop, id);
    expect(task).toMatchObject({ status: 'succeeded', outcome: 'changed' });
    await expectPullRequest(task, issue);
    expect(reactionsOn(shop, `issue ${String(issue.number)}`)).toEqual(['eyes']);
    await untilSaid(issue, '**Done**');
    await untilSaid(issue, task.pullRequest?.url ?? 'no URL');
    const [said, ...more] = ownComments(issue);
    expect([more, said]).toEqual([[], expect.stringContaining(`https://drydock.example/tasks/${id}`)]);
    const routes = shop.github.requests.slice(before).map(({ method, path }) => `${method} ${path}`);
    const posts = `POST /repos/acme/shop/issues/${String(issue.number)}/comments`;
    expect(routes.filter((route) => route === posts)).toHaveLength(1);
    expect(routes.filter((route) => route.startsWith('PATCH '))).not.toEqual([]);
    expect(await auditOf(shop, issue)).toEqual([
      { actor: 'github:ada', action: 'trigger.accepted', reason: 'started' },
    ]);
  });

  it('starts nothing anew when the same is sent again, under its own id or another', async () => {
    const issue = people.opens('rita', 'Once');
    const guid = '00000000-0000-4000-8000-000000000001';
    const id = await startedBy(shop, await people.labels('ada', issue, { guid }));
    const before = await taskCount(shop);
    const again = [await people.labels('ada', issue, { guid }), await people.labels('ada', issue)];
    expect(again).toMatchObject(
      Array.from(again, () => ({ status: 202, state: 'duplicate', reason: 'replayed' })),
    );
    await untilSettled(shop, id);
    await untilSaid(issue, '**Done**');
    expect([await taskCount(shop), ownComments(issue).length]).toEqual([before, 1]);
    const replayed = { actor: 'github:ada', action: 'webhook.refused', reason: 'replayed' };
    expect(await auditOf(shop, issue)).toEqual(expect.arrayContaining([replayed, replayed]));
  });
});

describe('a comment', () => {
  it('of /drydock help is answered once, however often it is told of', async () => {
    const issue = people.opens('rita', 'What can it do?');
    const before = await taskCount(shop);
    const { comment, ...sent } = await people.says('ada', issue, '/drydock help');
    expect(await settled(shop, sent)).toMatchObject({ state: 'accepted', reason: 'helped', taskId: null });
    expect(await people.tells('ada', issue, comment)).toMatchObject({ state: 'duplicate' });
    expect(ownComments(issue)).toEqual([expect.stringContaining('/drydock cancel')]);
    expect(reactionsOn(shop, `comment ${String(comment.id)}`)).toEqual(['eyes']);
    expect(await taskCount(shop)).toBe(before);
  });

  it('of /drydock and an instruction starts a task, and /drydock cancel stops it', async () => {
    const issue = people.opens('rita', 'Something large');
    const id = await startedBy(shop, await people.says('ada', issue, '/drydock work on it SLOWLY'));
    await shop.system.client.until(id, ({ phase }) => phase === 'agent');
    await untilSaid(issue, '**Running**');
    const cancel = await people.says('ada', issue, '/drydock cancel');
    expect(await settled(shop, cancel)).toMatchObject({ state: 'accepted', reason: 'cancelled' });
    expect(await shop.system.client.wait(id)).toMatchObject({ status: 'cancelled' });
    await untilSaid(issue, '**Cancelled.**');
    expect(ownComments(issue)).toHaveLength(1);
    expect(reactionsOn(shop, `comment ${String(cancel.comment.id)}`)).toEqual(['eyes']);
    expect(shop.repository.pulls.filter(({ pull }) => pull.head === `drydock/${id}`)).toEqual([]);
  });
});

describe('nothing is started by', () => {
  it.each([
    {
      who: 'somebody who may only read',
      act: (issue: IssueState) => people.labels('rita', issue),
      actor: 'github:rita',
      ends: { action: 'trigger.refused', reason: 'sender_lacks_permission' },
    },
    {
      who: 'a bot',
      act: (issue: IssueState) => people.labels('renovate[bot]', issue, { type: 'Bot' }),
      actor: 'github:renovate[bot]',
      ends: { action: 'webhook.refused', reason: 'sender_is_bot' },
    },
    {
      who: 'an edited comment',
      act: async (issue: IssueState) => {
        const { comment } = await people.says('ada', issue, 'Looks hard.');
        comment.body = '/drydock do it';
        return people.tells('ada', issue, comment, { action: 'edited' });
      },
      actor: 'github:ada',
      ends: { action: 'webhook.refused', reason: 'comment_edited' },
    },
  ])('$who, and the audit log says why', async ({ act, actor, ends }) => {
    const issue = people.opens('rita', 'Please');
    const before = await taskCount(shop);
    const sent = await act(issue);
    if (sent.state === 'received') await settled(shop, sent);
    else expect(sent.state).toBe('refused');
    expect(await auditOf(shop, issue)).toEqual([{ actor, ...ends }]);
    expect([await taskCount(shop), ownComments(issue)]).toEqual([before, []]);
    expect(reactionsOn(shop, `issue ${String(issue.number)}`)).toEqual([]);
  });

  it('an event of a repository that nobody has set up', async () => {
    const issue = people.opens('rita', 'Elsewhere');
    const stranger = new People({ ...shop, repository: await shop.github.state.addRepository('acme/other') });
    const sent = await stranger.labels('ada', issue);
    expect(await settled(shop, sent)).toMatchObject({
      state: 'refused',
      reason: 'repository_unknown',
      taskId: null,
    });
  });
});
