import { beforeEach, describe, expect, it } from '@jest/globals';
import type { SessionId, TaskId } from '@drydock/domain';
import type { ClaimedTelling, ConversationStore, Told } from '../ports/conversation-store.ts';

export interface ConversationStoreUnderTest {
  readonly store: ConversationStore;
  /** A session that lives, and how it ends. */
  readonly openSession: (name: string) => Promise<SessionId>;
  readonly endLease: (session: SessionId) => Promise<void>;
  /** Lets so much time pass. */
  readonly advance: (ms: number) => Promise<void>;
  /** A queued task that octocat asked for by the label on acme/shop#7. */
  readonly aConversation: () => Promise<TaskId>;
  /** The task is cancelled, which is an event. */
  readonly cancel: (taskId: TaskId) => Promise<void>;
}

const FAILURE = { code: 'forge_unreachable', message: 'Away.' } as const;
const REST_MS = 5_000;
const toldOf = ({ seq }: ClaimedTelling, isOver = false): Told => ({
  ...{ seq, shown: 'digest', isOver },
  restMs: REST_MS,
});

/** Promises of `ConversationStore`, for every adapter of it. */
export const conversationStoreContract = (
  name: string,
  make: () => Promise<ConversationStoreUnderTest>,
): void => {
  describe(`ConversationStore contract: ${name}`, () => {
    let place: ConversationStoreUnderTest;
    let session: SessionId;
    beforeEach(async () => {
      place = await make();
      session = await place.openSession('w');
    });
    const claim = async (by = session): Promise<ClaimedTelling> => {
      const claimed = await place.store.claimNext(by, []);
      if (claimed === null) throw new Error('There was nothing to tell.');
      return claimed;
    };
    const parts = { place: () => place, session: () => session, claim };

    claiming(parts);
    settling(parts);
    fencing(parts);
  });
};

interface Parts {
  readonly place: () => ConversationStoreUnderTest;
  readonly session: () => SessionId;
  readonly claim: (by?: SessionId) => Promise<ClaimedTelling>;
}

const claiming = ({ place, session, claim }: Parts): void => {
  it('gives out the task with the conversation that it belongs to', async () => {
    const taskId = await place().aConversation();
    expect(await claim()).toMatchObject({
      fence: { taskId, attempt: 1, sessionId: session() },
      task: { id: taskId, status: 'queued', deliveries: [] },
      origin: { number: 7, isPullRequest: false, sender: 'octocat', trigger: 'label', commentId: null },
      repository: { owner: expect.stringMatching(/^acme$/i), name: expect.stringMatching(/^shop$/i) },
      ...{ stickyId: null, shown: null, failures: 0 },
    });
  });

  it('gives each to one of many that ask at the same time', async () => {
    const { store, aConversation, openSession } = place();
    const ids = [await aConversation(), await aConversation()];
    const sessions = await Promise.all(['a', 'b', 'c', 'd'].map((name) => openSession(name)));
    expect(await store.countDue(session(), [], 10)).toBe(2);
    const claims = await Promise.all(sessions.map((one) => store.claimNext(one, [])));
    const given = claims.flatMap((one) => (one === null ? [] : [one.task.id]));
    expect(given.sort()).toEqual(ids.sort());
    expect(await store.countDue(session(), [], 10)).toBe(0);
  });

  it('gives a session again what it does not know that it has, but never what it holds', async () => {
    const { store, aConversation } = place();
    const taskId = await aConversation();
    const first = await claim();
    expect(await store.claimNext(session(), [taskId])).toBeNull();
    expect(await claim()).toMatchObject({ fence: { attempt: first.fence.attempt + 1 } });
  });

  it('gives another what a session had that is lost, and that session nothing', async () => {
    const { store, aConversation, endLease, openSession } = place();
    const taskId = await aConversation();
    await claim();
    await endLease(session());
    await expect(store.claimNext(session(), [])).rejects.toMatchObject({ code: 'lease_lost' });
    expect((await claim(await openSession('next'))).task.id).toBe(taskId);
  });
};

const settling = ({ place, session, claim }: Parts): void => {
  it('keeps what was told, and gives the task out again when it has gone on and the rest is over', async () => {
    const { store, aConversation, advance, cancel } = place();
    const taskId = await aConversation();
    const claimed = await claim();
    await store.noteSticky(claimed.fence, 4_000_000_000);
    await store.settle(claimed.fence, toldOf(claimed));
    await advance(REST_MS);
    expect(await store.claimNext(session(), [])).toBeNull();
    await cancel(taskId);
    expect(await claim()).toMatchObject({
      ...{ task: { status: 'cancelled' }, stickyId: 4_000_000_000, shown: 'digest' },
    });
  });

  it('lets a comment rest', async () => {
    const { store, aConversation, advance, cancel } = place();
    const taskId = await aConversation();
    const claimed = await claim();
    await store.settle(claimed.fence, toldOf(claimed));
    await cancel(taskId);
    expect(await store.countDue(session(), [], 10)).toBe(0);
    await advance(REST_MS);
    expect(await store.countDue(session(), [], 10)).toBe(1);
  });

  it('tells next what happened after the claim', async () => {
    const { store, aConversation, advance, cancel } = place();
    const taskId = await aConversation();
    const claimed = await claim();
    await cancel(taskId);
    await store.settle(claimed.fence, toldOf(claimed));
    await advance(REST_MS);
    expect((await claim()).task.status).toBe('cancelled');
  });

  it('never again gives out what is over', async () => {
    const { store, aConversation, advance, cancel } = place();
    const taskId = await aConversation();
    const claimed = await claim();
    await store.settle(claimed.fence, toldOf(claimed, true));
    await cancel(taskId);
    await advance(REST_MS);
    expect(await store.claimNext(session(), [])).toBeNull();
  });

  it('counts failures until one is told, and waits after each', async () => {
    const { store, aConversation, advance, cancel } = place();
    const taskId = await aConversation();
    await store.postpone((await claim()).fence, FAILURE, 60_000);
    expect(await store.claimNext(session(), [])).toBeNull();
    await advance(60_000);
    const second = await claim();
    expect(second.failures).toBe(1);
    await store.settle(second.fence, toldOf(second));
    await cancel(taskId);
    await advance(REST_MS);
    const third = await claim();
    expect(third.failures).toBe(0);
    await store.postpone(third.fence, FAILURE, null);
    await advance(60_000);
    expect(await store.claimNext(session(), [])).toBeNull();
  });
};

const fencing = ({ place, claim }: Parts): void => {
  it('changes nothing when it is told again', async () => {
    const { store, aConversation } = place();
    await aConversation();
    const claimed = await claim();
    await store.settle(claimed.fence, toldOf(claimed));
    await store.settle(claimed.fence, toldOf(claimed));
    await store.postpone(claimed.fence, FAILURE, 1);
  });

  it('hears nothing of a try that is no longer the one', async () => {
    const { store, aConversation, endLease, openSession } = place();
    await aConversation();
    const old = await claim();
    await endLease(old.fence.sessionId);
    const next = await claim(await openSession('next'));
    const lost = { code: 'lease_lost' };
    await expect(store.noteSticky(old.fence, 1)).rejects.toMatchObject(lost);
    await expect(store.settle(old.fence, toldOf(old))).rejects.toMatchObject(lost);
    await expect(store.postpone(old.fence, FAILURE, 1)).rejects.toMatchObject(lost);
    await store.settle(next.fence, toldOf(next));
    await expect(store.settle(old.fence, toldOf(old))).rejects.toMatchObject(lost);
  });
};
