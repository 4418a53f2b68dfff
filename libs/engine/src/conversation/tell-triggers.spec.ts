import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { AppError, NO_USAGE, type SessionId, type TaskId, type TeamId } from '@drydock/domain';
import { queuedTask } from '../ports/queued-task.ts';
import type { SessionStore } from '../ports/session-store.ts';
import { WorkerSession } from '../session/worker-session.ts';
import { FakeConversationStore } from '../testing/fake-conversation-store.ts';
import { FakeConversations } from '../testing/fake-conversations.ts';
import { FakeForge } from '../testing/fake-forge.ts';
import { aRepository } from '../testing/repository-store.contract.ts';
import { aNewTask } from '../testing/stores-under-test.ts';
import { TellTriggers } from './tell-triggers.ts';

const TEAM = 'team' as TeamId;
const AT = new Date(0);
const LONG = 3_600_000;
const quiet = () => undefined;
const log = { debug: quiet, info: quiet, warn: quiet, error: quiet };

let store: FakeConversationStore;
let people: FakeConversations;
let forge: FakeForge;
let taskId: TaskId;
let workers: WorkerSession[];
beforeEach(() => {
  [store, people, forge] = [new FakeConversationStore(), new FakeConversations(), new FakeForge()];
  workers = [];
  forge.repository('acme', 'shop');
  taskId = add(7);
});

afterEach(async () => {
  for (const session of workers) await session.close();
});

const add = (number: number): TaskId => {
  const task = queuedTask(aNewTask(TEAM), AT);
  const { id: repositoryId, forge: repository } = aRepository(TEAM);
  const origin = { repositoryId, number, isPullRequest: false };
  store.add(task, repository, { ...origin, sender: 'octocat', trigger: 'label', commentId: null });
  return task.id;
};

const newWorker = async (ports: Partial<Record<'store', FakeConversationStore>> = {}) => {
  const id = `w:${String(workers.length)}` as SessionId;
  const sessions = {
    open: async () => undefined,
    heartbeat: () => Promise.reject(new AppError('lease_lost', 'taken back')),
    close: async () => store.endLease(id),
  } as unknown as SessionStore;
  const describe = () => ({ id, workerId: 'w', bootNonce: '1', host: 'h', version: '0', concurrency: 1 });
  const attempts = { claimNext: async () => null, finish: async () => 'finished' as const };
  const session = new WorkerSession({ store: sessions, attempts, describe, log });
  workers.push(session);
  await session.open();
  const all = { store, forge, conversations: people, log, ...ports };
  return { session, tell: new TellTriggers(all, 'https://drydock.example.org', session) };
};

/** One try by a worker that lives, after whatever pause was asked for. */
const tellOnce = async (): Promise<boolean> => {
  store.advance(LONG);
  const { tell, session } = await newWorker();
  try {
    return await tell.tellNext();
  } finally {
    await session.close();
  }
};

/** The comment is made, and nobody is told. */
const loseAnswerToNextComment = (): void => {
  const { comment } = people;
  people.comment = (...said) => {
    people.losesNextAnswer = true;
    people.comment = comment;
    return people.comment(...said);
  };
};

/** The store as a worker sees it that dies in the middle: it hears nothing from there on. */
const dyingAt = (method: 'noteSticky' | 'settle'): FakeConversationStore =>
  new Proxy(store, {
    get: (target, name) => {
      if (name === method || (name === 'postpone' && method !== 'settle'))
        return () => Promise.reject(new AppError('lease_lost', 'died'));
      const found: unknown = Reflect.get(target, name, target);
      return typeof found === 'function' ? (found.bind(target) as unknown) : found;
    },
  });

describe('telling where a task stands', () => {
  it('keeps one comment that goes from queued to the end, and then rests', async () => {
    expect(await tellOnce()).toBe(true);
    expect(people.said).toMatchObject([{ number: 7, body: expect.stringContaining('**Queued**') }]);
    store.change(taskId, { status: 'running', phase: 'agent' });
    await tellOnce();
    expect(people.said).toMatchObject([{ body: expect.stringContaining('the agent is at work') }]);
    store.change(taskId, { status: 'succeeded', phase: null, outcome: 'no_changes' });
    await tellOnce();
    expect(people.said).toMatchObject([{ body: expect.stringContaining('nothing to change') }]);
    expect(people.said[0]?.body).toContain(`https://drydock.example.org/tasks/${taskId}`);
    expect(store.look(taskId).isOver).toBe(true);
    expect(await tellOnce()).toBe(false);
  });

  it('asks for a credential that may converse, and no more', async () => {
    await tellOnce();
    expect(forge.asked).toMatchObject([{ purpose: 'converse' }]);
  });

  it('asks the code host nothing when people would see no change', async () => {
    await tellOnce();
    people.calls.length = 0;
    store.change(taskId, { usage: { ...NO_USAGE, modelCalls: 5 } });
    expect(await tellOnce()).toBe(true);
    expect(people.calls).toEqual([]);
    expect(await tellOnce()).toBe(false);
  });

  it('tells what happened while it told', async () => {
    const { tell } = await newWorker();
    const telling = tell.tellNext();
    store.change(taskId, { status: 'running', phase: 'agent' });
    await telling;
    await tellOnce();
    expect(people.said).toMatchObject([{ body: expect.stringContaining('the agent is at work') }]);
  });

  it('lets a comment rest between two edits', async () => {
    const { tell } = await newWorker();
    await tell.tellNext();
    store.change(taskId, { status: 'running', phase: 'agent' });
    expect([await tell.countDue(), await tell.tellNext()]).toEqual([0, false]);
    store.advance(5_000);
    expect([await tell.countDue(), await tell.tellNext()]).toEqual([1, true]);
  });

  it('makes a comment anew that somebody removed, once, and leaves it at that', async () => {
    await tellOnce();
    const removeIt = () => {
      people.remove(people.said[0]?.id ?? 0);
    };
    removeIt();
    for (const phase of ['setup', 'agent'] as const) {
      store.change(taskId, { status: 'running', phase });
      await tellOnce();
      expect(people.said).toHaveLength(1);
      expect(store.look(taskId).isOver).toBe(false);
    }
    expect(people.said[0]?.body).toContain('the agent is at work');
    removeIt();
    store.change(taskId, { status: 'running', phase: 'collect' });
    await tellOnce();
    expect(people.said).toEqual([]);
    expect(store.look(taskId).isOver).toBe(true);
  });

  it('finds the second comment whose answer was lost, and makes no third', async () => {
    await tellOnce();
    people.remove(people.said[0]?.id ?? 0);
    store.change(taskId, { status: 'running', phase: 'agent' });
    loseAnswerToNextComment();
    await tellOnce();
    await tellOnce();
    expect(people.said).toHaveLength(1);
    expect(store.look(taskId)).toMatchObject({ stickyId: people.said[0]?.id, isOver: false });
  });
});

describe('one comment, whatever happens', () => {
  it('finds the comment whose answer was lost', async () => {
    people.losesNextAnswer = true;
    // The answer to the search is the first that can be lost: it has no effect
    await tellOnce();
    loseAnswerToNextComment();
    await tellOnce();
    expect(people.said).toHaveLength(1);
    expect(store.look(taskId)).toMatchObject({ stickyId: null, failures: 2 });
    store.change(taskId, { status: 'running', phase: 'agent' });
    await tellOnce();
    expect(people.said).toMatchObject([{ body: expect.stringContaining('the agent is at work') }]);
    expect(store.look(taskId)).toMatchObject({ stickyId: people.said[0]?.id, failures: 0 });
  });

  it.each(['noteSticky', 'settle'] as const)('survives a worker that dies at %s', async (method) => {
    const { tell, session } = await newWorker({ store: dyingAt(method) });
    expect(await tell.tellNext()).toBe(true);
    expect(people.said).toHaveLength(1);
    await session.close();
    await tellOnce();
    await tellOnce();
    expect(people.said).toHaveLength(1);
    expect(store.look(taskId).stickyId).toBe(people.said[0]?.id);
  });

  it('comes of many workers at once', async () => {
    const all = await Promise.all(Array.from({ length: 5 }, () => newWorker()));
    const told = await Promise.all(all.map(({ tell }) => tell.tellNext()));
    expect(told.filter(Boolean)).toHaveLength(1);
    expect(people.said).toHaveLength(1);
  });

  it('is not made by a worker that has lost its lease meanwhile', async () => {
    const { tell, session } = await newWorker();
    const { findComment } = people;
    people.findComment = async (...asked) => {
      await session.beat();
      return findComment.apply(people, asked);
    };
    await tell.tellNext();
    expect(people.said).toEqual([]);
    people.findComment = findComment;
    await session.close();
    await tellOnce();
    expect(people.said).toHaveLength(1);
  });

  it('is one for each task of a conversation', async () => {
    const second = add(7);
    for (let at = 0; at < 2; at++) await tellOnce();
    expect(people.said).toHaveLength(2);
    expect(store.look(second).stickyId).not.toBe(store.look(taskId).stickyId);
  });
});

describe('a code host that does not take it', () => {
  it('is asked again later, and left alone in the end', async () => {
    for (let at = 1; at <= 8; at++) {
      people.failure = new AppError('forge_unreachable', 'Away.');
      expect(await tellOnce()).toBe(true);
      expect(store.look(taskId)).toMatchObject({ failures: at, isOver: at === 8 });
    }
    expect(store.look(taskId).error).toEqual({ code: 'forge_unreachable', message: 'Away.' });
    expect(await tellOnce()).toBe(false);
  });

  it('waits as long as it is asked to', async () => {
    people.failure = new AppError('forge_rate_limited', 'Patience.', { retryAfterSeconds: 600 });
    const { tell } = await newWorker();
    await tell.tellNext();
    store.advance(599_000);
    expect(await tell.tellNext()).toBe(false);
    store.advance(1_000);
    expect(await tell.tellNext()).toBe(true);
    expect(people.said).toHaveLength(1);
  });

  it('is not asked again when it says no', async () => {
    people.failure = new AppError('forge_permission_missing', 'May not comment.');
    await tellOnce();
    expect(store.look(taskId)).toMatchObject({ isOver: true, error: { code: 'forge_permission_missing' } });
  });
});
