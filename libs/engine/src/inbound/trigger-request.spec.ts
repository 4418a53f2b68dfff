import { describe, expect, it } from '@jest/globals';
import type { TaskId, TeamId } from '@drydock/domain';
import fc from 'fast-check';
import { pullRequestOrder } from '../delivery/pull-request-order.ts';
import { commitMessage } from '../delivery/text/commit-message.ts';
import { pullRequestTitle } from '../delivery/text/pull-request-title.ts';
import { firstAct, hostileText } from '../testing/hostile-text.ts';
import { aTrigger } from '../testing/inbound-store.contract.ts';
import { aRepository } from '../testing/repository-store.contract.ts';
import { triggerRequest } from './trigger-request.ts';

const TASK = 'task_01k9xyzxyzxyzxyzxyzxyzxyzx' as TaskId;
const WITHOUT = { pull: null, ours: null, instruction: '', description: 'x' } as const;
const now = new Date();
const repository = { ...aRepository('team' as TeamId), forgeId: null, createdAt: now, updatedAt: now };

/** What the pull request of an issue's task is called in the end, and the subject of its commit. */
const calledBy = (issueTitle: string): readonly string[] => {
  const trigger = aTrigger({ title: issueTitle });
  const asked = triggerRequest({ trigger, repository, ...WITHOUT }).deliver?.pullRequest;
  const title = pullRequestTitle(TASK, asked?.title ?? null, 'x');
  return [title, commitMessage(TASK, title, undefined)];
};

describe('the title of an issue', () => {
  it('closes, mentions and refers to nothing in the pull request, nor in the commit', () => {
    for (const said of calledBy('Fixes #1, cc @acme/everyone')) expect(firstAct(said)).toBeUndefined();
    fc.assert(
      fc.property(hostileText, (title) => calledBy(title).every((said) => firstAct(said) === undefined)),
      { numRuns: 500 },
    );
  });

  it('reads as it did', () => {
    const [title = ''] = calledBy('Fixes #1, cc @acme/everyone');
    expect(title.replaceAll('\u200B', '')).toBe('Fixes #1, cc @acme/everyone');
    expect(calledBy('Totals are wrong')[0]).toBe('Totals are wrong');
  });
});

describe('whoever asked', () => {
  const coAuthorIn = (more: object) => {
    const request = triggerRequest({ trigger: aTrigger(more), repository, ...WITHOUT });
    return pullRequestOrder(request.deliver?.pullRequest ?? {}).coAuthor;
  };

  it('is named by the commit, in the way that the code host knows them', () => {
    expect(coAuthorIn({ sender: 'octocat', senderId: 583231 })).toEqual({
      name: 'octocat',
      email: '583231+octocat@users.noreply.github.com',
    });
  });

  it('is named by nothing when the number of the account was not kept', () => {
    expect(coAuthorIn({ sender: 'octocat' })).toBeUndefined();
  });
});
