import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { TRIGGER_KINDS } from '@drydock/contracts';
import { isGitRef, taskIdFrom, type TeamId } from '@drydock/domain';
import type { PullRequestFacts } from '../ports/forge-conversation.ts';
import type { RepositoryRecord, RepositoryTriggers } from '../ports/repository-store.ts';
import { aTrigger } from '../testing/inbound-store.contract.ts';
import { aRepository } from '../testing/repository-store.contract.ts';
import {
  commandIn,
  judgePermission,
  judgePullRequest,
  judgeSelf,
  judgeSettings,
  taskOfBranch,
} from './judge-trigger.ts';

const SELF = 'drydock-acme[bot]';
const said = (text: string) => ({ id: 1, text, at: null });
const repositoryWith = (triggers: Partial<RepositoryTriggers>): RepositoryRecord => {
  const repository = aRepository('team' as TeamId);
  const all = { ...repository.forge.triggers, ...triggers };
  const now = new Date();
  return {
    ...repository,
    forge: { ...repository.forge, triggers: all },
    forgeId: null,
    createdAt: now,
    updatedAt: now,
  };
};

describe('judgeSettings', () => {
  it('knows no repository that was not set up', () => {
    expect(judgeSettings(aTrigger(), null)).toEqual({ is: 'refused', reason: 'repository_unknown' });
  });

  it('lets nothing start in a repository that is switched off', () => {
    const { forge, ...rest } = repositoryWith({ label: true });
    const off = { ...rest, forge: { ...forge, enabled: false } };
    expect(judgeSettings(aTrigger(), off)).toEqual({ is: 'refused', reason: 'repository_disabled' });
  });

  it.each(TRIGGER_KINDS)('lets %s start something only where it was switched on', (kind) => {
    const trigger = aTrigger({ kind });
    expect(judgeSettings(trigger, repositoryWith({}))).toEqual({ is: 'refused', reason: 'trigger_off' });
    const others = { label: true, comment: true, assignment: true, mention: true };
    const own = kind === 'review' ? 'comment' : kind;
    expect(judgeSettings(trigger, repositoryWith({ ...others, [own]: false })).is).toBe('refused');
    expect(judgeSettings(trigger, repositoryWith({ [own]: true })).is).toBe('fine');
  });
});

describe('judgeSelf', () => {
  it('never obeys ourselves, under either name', () => {
    for (const sender of [SELF, 'Drydock-Acme'])
      expect(judgeSelf(aTrigger({ sender }), SELF)).toEqual({ is: 'refused', reason: 'sender_is_self' });
  });

  it('knows who is meant', () => {
    const mention = (text: string) => judgeSelf(aTrigger({ kind: 'mention', said: said(text) }), SELF);
    expect(mention('@drydock-acme fix').is).toBe('fine');
    expect(mention('@mona fix')).toEqual({ is: 'ignored', reason: 'not_mentioned' });
    const assignment = (assignee: string | null) =>
      judgeSelf(aTrigger({ kind: 'assignment', assignee }), SELF);
    expect(assignment(SELF).is).toBe('fine');
    expect(assignment('mona')).toEqual({ is: 'ignored', reason: 'not_assigned' });
    expect(assignment(null).is).toBe('ignored');
  });
});

describe('judgePermission', () => {
  it.each([
    ['admin', 'fine'],
    ['maintain', 'fine'],
    ['write', 'fine'],
    ['triage', 'refused'],
    ['read', 'refused'],
    ['none', 'refused'],
  ] as const)('finds that %s is %s', (permission, is) => {
    expect(judgePermission(permission).is).toBe(is);
  });
});

describe('judgePullRequest', () => {
  const PULL: PullRequestFacts = {
    number: 8,
    state: 'open',
    title: 'Fix',
    headBranch: 'fix',
    headCommit: 'c'.repeat(40),
    headRepository: 'acme/shop',
    baseBranch: 'main',
  };
  const judge = (rest: Partial<PullRequestFacts>) =>
    judgePullRequest({ ...PULL, ...rest }, 'Acme/Shop', 'start');

  it('takes one of the repository itself, in whatever case', () => {
    expect(judge({}).is).toBe('fine');
  });

  it.each<[Partial<PullRequestFacts>, string]>([
    [{ headRepository: 'stranger/shop' }, 'pull_request_of_fork'],
    [{ headRepository: null }, 'pull_request_of_fork'],
    [{ state: 'closed' }, 'pull_request_not_open'],
    [{ state: 'merged' }, 'pull_request_not_open'],
    [{ headBranch: '--upload-pack=x' }, 'branch_name_unsafe'],
    [{ headBranch: 'a:b' }, 'branch_name_unsafe'],
    [{ headBranch: '' }, 'branch_name_unsafe'],
  ])('refuses %j', (rest, reason) => {
    expect(judge(rest)).toEqual({ is: 'refused', reason });
  });

  it('refuses one that is gone', () => {
    expect(judgePullRequest(null, 'a/b', 'start')).toEqual({ is: 'refused', reason: 'pull_request_missing' });
  });

  it('lets no branch through that a command line could take for something else', () => {
    fc.assert(
      fc.property(fc.string({ unit: 'binary' }), (headBranch) => {
        expect(judge({ headBranch }).is === 'fine').toBe(isGitRef(headBranch));
      }),
    );
  });
});

describe('commandIn', () => {
  it.each([
    [aTrigger({ kind: 'label' }), ''],
    [aTrigger({ kind: 'assignment' }), ''],
    [aTrigger({ kind: 'comment', said: said('/drydock fix it') }), 'fix it'],
    [aTrigger({ kind: 'mention', said: said('@drydock-acme fix it') }), 'fix it'],
    [aTrigger({ kind: 'review', said: said('please rename') }), 'please rename'],
    [aTrigger({ kind: 'review', said: said('/drydock rename') }), 'rename'],
    [aTrigger({ kind: 'review', said: said('') }), ''],
  ])('starts %j with %j', (trigger, instruction) => {
    expect(commandIn(trigger, SELF)).toEqual({ do: 'start', instruction });
  });

  it('reads a verb in a comment only', () => {
    expect(commandIn(aTrigger({ kind: 'comment', said: said('/drydock cancel') }), SELF)).toEqual({
      do: 'cancel',
    });
    expect(commandIn(aTrigger({ kind: 'mention', said: said('@drydock-acme cancel') }), SELF)).toMatchObject({
      do: 'start',
    });
  });
});

describe('taskOfBranch', () => {
  const id = taskIdFrom(1, new Uint8Array(16));
  it('knows the task of a branch of ours, and no other branch', () => {
    expect(taskOfBranch(`drydock/${id}`)).toBe(id);
    for (const branch of [id, `x/${id}`, `drydock/${id}/x`, `drydock/x/${id}`, 'drydock/', `drydock/${id} `])
      expect(taskOfBranch(branch)).toBeNull();
  });
});
