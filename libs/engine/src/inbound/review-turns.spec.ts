import { beforeEach, describe, expect, it } from '@jest/globals';
import type { FrozenTrigger } from '@drydock/contracts';
import { deliveryBranch, type SessionId, type TeamId } from '@drydock/domain';
import { answersInMemory } from '../testing/answers-in-memory.ts';
import { anInbound, aTrigger } from '../testing/inbound-store.contract.ts';
import { aRepository } from '../testing/repository-store.contract.ts';
import { aNewTask } from '../testing/stores-under-test.ts';

const TEAM = 'team' as TeamId;
const SESSION = 'w' as SessionId;
const ON = { label: true, comment: true, assignment: true, mention: true };
const REVIEW = 31;
const onPull = { number: 8, isPullRequest: true };
const line = { path: 'src/a.ts', line: 3, hunk: '@@' };
const aRemark = { id: 41, author: 'octocat', ...line, text: '/drydock round once', changedAt: new Date() };

let world: ReturnType<typeof answersInMemory>;
let sent: number;
beforeEach(async () => {
  [world, sent] = [answersInMemory(), 0];
  await world.repositories.create(aRepository(TEAM, { triggers: ON }));
  world.people.reviews.set(REVIEW, [aRemark]);
});

const send = async (trigger: Partial<FrozenTrigger>) => {
  const { inbound, answers } = world;
  await inbound.receive(anInbound(String(++sent), { trigger: aTrigger({ ...onPull, ...trigger }) }));
  const claimed = (await inbound.claimNext(SESSION, []))!;
  const decided = { started: null, ...(await answers.run(claimed, new AbortController().signal)) };
  await inbound.settle(claimed.fence, decided);
  return decided;
};
const sendReview = () => send({ kind: 'review', said: { id: REVIEW, text: 'Please rename.', at: null } });
const sendRemark = () =>
  send({ kind: 'comment', said: { id: 41, text: '/drydock round once', reviewId: REVIEW, at: line } });

/** A pull request of a task of ours, or of somebody else. */
const aPull = async (headBranch: string | null) => {
  const { task } = await world.tasks.submit(aNewTask(TEAM, { description: 'The first wish' }), null);
  world.tasks.change(task.id, { status: 'succeeded', outcome: 'changed' });
  world.people.pulls.set(8, {
    ...{ number: 8, state: 'open', title: 'Fix', headBranch: headBranch ?? deliveryBranch(task.id) },
    ...{ headCommit: 'c'.repeat(40), headRepository: 'acme/shop', baseBranch: 'main' },
  });
};
const descriptions = () => world.tasks.submitted.slice(1).map(({ request }) => request.description);

describe('a review of a pull request of ours', () => {
  beforeEach(() => aPull(null));

  it.each([
    ['before', [sendReview, sendRemark]],
    ['after', [sendRemark, sendReview]],
  ])('that asks for changes is one task with its remarks when it comes %s them', async (_when, sends) => {
    world.people.changeRequests.add(REVIEW);
    const ends = [];
    for (const one of sends) ends.push((await one()).reason);
    expect(ends.sort()).toEqual(['part_of_review', 'started']);
    expect(descriptions()).toEqual([expect.stringMatching(/Please rename\.[^]*round once/)]);
  });

  it('that asks for none leaves a remark to be a task of its own', async () => {
    expect(await sendRemark()).toMatchObject({ reason: 'started' });
  });
});

describe('what is said of a pull request of ours', () => {
  const SAID = '2026-03-04T05:06:07Z';
  const after = (seconds: number, text: string) => ({
    ...aRemark,
    text,
    changedAt: new Date(Date.parse(SAID) + seconds * 1000),
  });

  it.each([
    ['a review', { kind: 'review', said: { id: REVIEW, text: '', saidAt: SAID, at: null } } as const],
    ['a comment', { kind: 'comment', said: { id: 51, text: '/drydock', saidAt: SAID, at: null } } as const],
  ])('after %s that asks, or edited after it, does not get into its task', async (_what, trigger) => {
    await aPull(null);
    const all = [after(-60, 'Before.'), after(1, 'Along with it.'), after(60, 'Slipped in.')];
    world.people.reviews.set(REVIEW, all);
    await send(trigger);
    expect(descriptions()).toEqual([expect.stringMatching(/Before\.[^]*Along with it\./)]);
    expect(descriptions()[0]).not.toContain('Slipped in.');
  });
});

it('tells a remark on the pull request of somebody else together with the others of its review', async () => {
  await aPull('fix-totals');
  world.people.changeRequests.add(REVIEW);
  world.people.reviews.set(REVIEW, [aRemark, { ...aRemark, id: 42, text: 'And here.' }]);
  world.people.reviews.set(32, [{ ...aRemark, id: 43, text: 'Of another review.' }]);
  expect(await sendRemark()).toMatchObject({ reason: 'started' });
  expect(descriptions()).toEqual([expect.stringContaining('And here.')]);
  expect(descriptions()[0]).not.toContain('Of another review.');
});
