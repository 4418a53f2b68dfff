import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { AppError, armCrashPoint, CRASH_POINTS, deliveryBranch, type TaskId } from '@drydock/domain';
import type { ForgeSession, PullRequest } from '../ports/forge.ts';
import { DeliveriesInMemory } from '../testing/deliveries-in-memory.ts';
import { mustTake } from './add-commit.ts';
import { quoted } from './text/neutral-text.ts';

const POINTS = CRASH_POINTS.filter((name) => name.startsWith('delivery.'));
const CALLS = ['facts', 'author', 'findPullRequest', 'report'] as (keyof ForgeSession)[];
const CUT = new AppError('forge_unreachable', 'The connection was cut.');
const verify = [{ command: 'npm test', exitCode: 0, seconds: 2 }];

let world: DeliveriesInMemory;
let first: TaskId;
let branch: string;
/** Commit of the first task. */
let base: string;
beforeEach(async () => {
  world = new DeliveriesInMemory();
  await world.add();
  await world.run();
  first = world.taskId;
  branch = deliveryBranch(first);
  base = world.publisher.pushes[0]!.commit;
});
afterEach(() => {
  armCrashPoint(null, () => undefined);
});

const tip = () => world.publisher.tip(world.repository.url, branch);
const expectOneMore = async (): Promise<void> => {
  const url = 'https://github.com/acme/shop/pull/1';
  expect(await world.delivery()).toMatchObject({ state: 'succeeded', error: null, url });
  expect(world.publisher.pushes.map((push) => push.branch)).toEqual([branch, branch]);
  expect(world.repository.pullRequests).toHaveLength(1);
  expect([...world.repository.told.values()]).toEqual([1]);
  expect(world.publisher.openStores).toBe(0);
};
const expectRefused = async (code: string): Promise<void> => {
  expect(await world.delivery()).toMatchObject({ state: 'failed', error: { code } });
  expect(world.publisher.pushes).toHaveLength(1);
  expect(world.repository.pullRequests).toHaveLength(1);
  expect(world.publisher.openStores).toBe(0);
};

describe('a task that adds to a pull request', () => {
  it('puts one commit on top of what it started from, and tells the same pull request', async () => {
    await world.addFollowUp({ verify, order: { title: 'Rename it' } });
    await world.run();
    await expectOneMore();
    expect(world.publisher.requests.at(-1)).toMatchObject({
      ...{ branch, baseCommit: base, expectedTip: base, tree: 'b7'.repeat(20) },
      message: `Rename it\n\nDrydock-Task: ${world.taskId}\n`,
    });
    const commit = world.publisher.pushes[1]!.commit;
    expect(tip()).toBe(commit);
    expect(world.repository.verdicts.get(commit)).toMatchObject({ isPassed: true, taskId: world.taskId });
    expect(world.store.found((await world.delivery()).id)).toMatchObject({ branch, commit, number: 1 });
  });

  it('goes on with the commit of the one before it', async () => {
    for (let i = 0; i < 2; i++) {
      await world.addFollowUp();
      await world.run();
    }
    expect(await world.delivery()).toMatchObject({ state: 'succeeded' });
    expect(world.publisher.requests.at(-1)?.baseCommit).toBe(world.publisher.pushes[1]!.commit);
    expect(world.publisher.pushes.map((push) => push.branch)).toEqual([branch, branch, branch]);
  });

  it('asks the code host for no more than it needs', async () => {
    await world.addFollowUp({ verify });
    world.forge.calls.splice(0);
    await world.run();
    expect(world.forge.calls).toEqual(['facts', 'author', 'findPullRequest', 'findPullRequest', 'report']);
  });

  it('starts from the commit of a person who pushed before it', async () => {
    const theirs = world.publisher.commitByOthers(world.repository.url, branch);
    await world.addFollowUp({ verify });
    await world.run();
    await expectOneMore();
    expect(world.publisher.requests.at(-1)?.baseCommit).toBe(theirs);
  });

  it('fails when a person pushed meanwhile, and leaves their commit alone', async () => {
    await world.addFollowUp();
    const theirs = world.publisher.commitByOthers(world.repository.url, branch);
    await world.run();
    await expectRefused('forge_branch_moved');
    expect((await world.delivery()).error?.message).toContain('/drydock');
    expect(tip()).toBe(theirs);
    expect([...world.artifacts.contents.keys()]).toContain(`tasks/${world.taskId}/attempts/1/diff.patch`);
  });

  it('fails when another task was at work on the branch as well and was faster, and says to ask again', async () => {
    for (let i = 0; i < 2; i++) await world.addFollowUp();
    for (let i = 0; i < 2; i++) await world.run();
    const { state, error } = await world.delivery();
    expect({ state, code: error?.code }).toEqual({ state: 'failed', code: 'forge_branch_moved' });
    const message = error?.message ?? '';
    expect(message).toContain('from a person or from another task');
    const advice = 'Comment /drydock with the instruction again, and work starts from the new commits.';
    expect(quoted(message, 2_000)).toContain(advice);
    expect(world.publisher.pushes.map((push) => push.commit)).toEqual([base, tip()]);
    expect(world.repository.pullRequests).toHaveLength(1);
  });

  it('fails when the server no longer has what it started from', async () => {
    await world.addFollowUp();
    world.publisher.prepareErrors.push(new AppError('source_ref_not_found', 'Gone.'));
    await world.run();
    await expectRefused('forge_branch_moved');
  });

  it.each(['closed', 'merged'] as const)('pushes nothing when somebody has %s it', async (state) => {
    await world.addFollowUp();
    world.repository.end(1, state);
    await world.run();
    await expectRefused('forge_pull_request_closed');
    expect((await world.delivery()).error?.message).toContain(`pull/1 was ${state}`);
    expect(tip()).toBe(base);
  });

  it('does not make the branch anew when it was removed with the end of the pull request', async () => {
    await world.addFollowUp();
    const prepare = world.publisher.prepare.bind(world.publisher);
    world.publisher.prepare = async (...args) => {
      const prepared = await prepare(...args);
      const push = async (signal: AbortSignal): Promise<void> => {
        world.repository.end(1, 'merged');
        world.publisher.removeBranch(world.repository.url, branch);
        await prepared.push(signal);
      };
      return { ...prepared, push };
    };
    await world.run();
    await expectRefused('forge_pull_request_closed');
    expect(tip()).toBeNull();
  });

  it('does not say that it succeeded when the pull request was merged without its commit', async () => {
    await world.addFollowUp();
    armCrashPoint('delivery.pushed', () => {
      world.repository.end(1, 'merged');
    });
    await world.run();
    expect(await world.delivery()).toMatchObject({ error: { code: 'forge_pull_request_closed' } });
  });
});

describe('a commit that is added, interrupted', () => {
  beforeEach(() => world.addFollowUp({ verify }));

  it.each(POINTS)('is one when the worker dies at %s', async (point) => {
    await world.die(point);
    await world.runToTheEnd();
    await expectOneMore();
  });

  it('is one when a worker dies at every point, one after the other', async () => {
    for (const point of POINTS) await world.die(point);
    await world.runToTheEnd();
    await expectOneMore();
  });

  it.each(CALLS)('is one when %s fails, and when its answer is lost', async (call) => {
    world.forge.failNext(call, CUT, 'before');
    world.forge.failNext(call, CUT, 'after');
    await world.run();
    expect(await world.delivery()).toMatchObject({ state: 'pending', error: { code: 'forge_unreachable' } });
    await world.runToTheEnd();
    await expectOneMore();
  });

  it('is one when the answer to the push is lost and a person pushes on top of it', async () => {
    world.publisher.lostAnswers = 1;
    await world.run();
    expect((await world.delivery()).state).toBe('pending');
    const theirs = world.publisher.commitByOthers(world.repository.url, branch);
    await world.runToTheEnd();
    await expectOneMore();
    expect(tip()).toBe(theirs);
  });

  it.each(['closed', 'merged'] as const)('is found when the pull request was %s with it', async (state) => {
    await world.die('delivery.pushed');
    world.repository.end(1, state, tip() ?? undefined);
    world.publisher.removeBranch(world.repository.url, branch);
    await world.runToTheEnd();
    await expectOneMore();
  });
});

describe('mustTake', () => {
  const pull = (state: PullRequest['state']): PullRequest => ({
    ...{ number: 1, url: 'https://github.com/acme/shop/pull/1', state },
    ...{ headCommit: 'a', baseBranch: 'main' },
  });

  it.each(['open', 'closed', 'merged'] as const)(
    'knows a pull request that is %s and on the commit',
    (state) => {
      expect(mustTake(pull(state), 'a').state).toBe(state);
    },
  );

  it('takes an open one that is on another commit, and no other', () => {
    expect(mustTake(pull('open'), 'b').state).toBe('open');
    for (const other of [pull('closed'), pull('merged'), null])
      expect(() => mustTake(other, 'b')).toThrow('forge_pull_request_closed');
  });
});
