import { beforeEach, describe, expect, it } from '@jest/globals';
import type { FrozenTrigger } from '@drydock/contracts';
import type { RepositoryId, SessionId, TaskId } from '@drydock/domain';
import type { InboundEnd, InboundStore, NewInbound } from '../ports/inbound-store.ts';

const DAY_MS = 86_400_000;

export interface InboundStoreUnderTest {
  readonly inbound: InboundStore;
  /** A session that lives, and how it ends. */
  readonly openSession: (name: string) => Promise<SessionId>;
  readonly endLease: (session: SessionId) => Promise<void>;
  /** Lets so much time pass. */
  readonly advance: (ms: number) => Promise<void>;
  /** A task of the team that has the repository. */
  readonly aConversation: () => Promise<{ taskId: TaskId; repositoryId: RepositoryId }>;
}

export const aTrigger = (rest: Partial<FrozenTrigger> = {}): FrozenTrigger => ({
  v: 1,
  kind: 'label',
  repository: { id: 1, owner: 'acme', name: 'shop', cloneUrl: 'https://github.com/acme/shop.git' },
  installationId: null,
  sender: 'octocat',
  number: 7,
  isPullRequest: false,
  title: 'Totals are wrong',
  body: 'By a cent.',
  said: null,
  assignee: null,
  ...rest,
});

export const anInbound = (name: string, rest: Partial<NewInbound> = {}): NewInbound => ({
  id: `github:${name}`,
  event: 'issues',
  semanticKey: `key of ${name}`,
  trigger: aTrigger(),
  ...rest,
});

const IGNORED: InboundEnd = { state: 'ignored', reason: 'not_mentioned', teamId: null, started: null };

const receiving = (store: () => InboundStoreUnderTest): void => {
  it('takes one of many that are the same, whichever of the two keys they share', async () => {
    const { inbound, openSession } = store();
    const sameId = Array.from({ length: 10 }, () => inbound.receive(anInbound('a')));
    const sameThing = Array.from({ length: 10 }, (_, i) =>
      inbound.receive(
        anInbound(`b${String(i)}`, { semanticKey: 'one thing', trigger: aTrigger({ number: 8 }) }),
      ),
    );
    const results = [await Promise.all(sameId), await Promise.all(sameThing)];
    for (const answers of results)
      expect(answers.sort()).toEqual([...Array.from({ length: 9 }, () => 'duplicate'), 'received']);
    expect(await inbound.countDue(await openSession('w'), [], 10)).toBe(2);
  });

  it('knows what came a day ago, also when it was settled, and forgets it after its time', async () => {
    const { inbound, advance, openSession } = store();
    await inbound.receive(anInbound('a'));
    const { fence } = (await inbound.claimNext(await openSession('w'), []))!;
    await inbound.settle(fence, IGNORED);
    await inbound.receive(anInbound('unseen'));
    await advance(DAY_MS);
    expect(await inbound.receive(anInbound('a'))).toBe('duplicate');
    expect(await inbound.forget(30 * DAY_MS)).toBe(0);
    await advance(30 * DAY_MS);
    expect(await inbound.forget(30 * DAY_MS)).toBe(1);
    expect(await inbound.receive(anInbound('a'))).toBe('received');
    expect(await inbound.receive(anInbound('unseen'))).toBe('duplicate');
  });

  it('keeps whatever a person wrote', async () => {
    const { inbound, openSession } = store();
    const trigger = aTrigger({
      title: '$(rm -rf /) \'"; DROP TABLE "Task"',
      body: 'ü🚢\n'.repeat(9_000),
      said: { id: 2 ** 40, text: 'x', at: { path: 'a b', line: null, hunk: '@@' } },
    });
    await inbound.receive(anInbound('a', { trigger }));
    const claimed = await inbound.claimNext(await openSession('w'), []);
    expect(claimed).toMatchObject({ id: 'github:a', event: 'issues', trigger });
  });
};

const claiming = (store: () => InboundStoreUnderTest): void => {
  it('gives each to one session, the oldest first', async () => {
    const { inbound, openSession } = store();
    for (const [number, name] of ['a', 'b', 'c'].entries())
      await inbound.receive(anInbound(name, { trigger: aTrigger({ number: number + 1 }) }));
    const sessions = await Promise.all([openSession('w1'), openSession('w2')]);
    const first = await inbound.claimNext(sessions[0], []);
    expect(first).toMatchObject({ id: 'github:a', fence: { attempt: 1, sessionId: sessions[0] } });
    const held = ['github:a', 'github:b', 'github:c'];
    const rest = await Promise.all(sessions.map((session) => inbound.claimNext(session, held)));
    expect(rest.map((claim) => claim?.id).sort()).toEqual(['github:b', 'github:c']);
    expect(await inbound.claimNext(sessions[0], held)).toBeNull();
    expect(await inbound.countDue(sessions[0], held, 10)).toBe(0);
  });

  it('gives what came in one conversation one after the other, and lets others pass', async () => {
    const { inbound, openSession, advance } = store();
    const [one, other] = await Promise.all([openSession('w1'), openSession('w2')]);
    const elsewhere = { ...aTrigger().repository, name: 'other' };
    for (const name of ['start', 'cancel']) await inbound.receive(anInbound(name));
    const start = (await inbound.claimNext(one, []))!;
    expect([await inbound.countDue(other, [], 10), await inbound.claimNext(other, [])]).toEqual([0, null]);
    await inbound.receive(anInbound('next issue', { trigger: aTrigger({ number: 8 }) }));
    await inbound.receive(anInbound('next door', { trigger: aTrigger({ repository: elsewhere }) }));
    expect(await inbound.countDue(other, [], 10)).toBe(2);
    const passing = ['github:next issue', 'github:next door'];
    for (const id of passing) expect(await inbound.claimNext(other, passing)).toMatchObject({ id });
    await inbound.postpone(start.fence, 60_000);
    expect(await inbound.claimNext(other, passing)).toBeNull();
    await advance(60_001);
    const again = (await inbound.claimNext(one, []))!;
    expect(again.id).toBe('github:start');
    await inbound.settle(again.fence, IGNORED);
    expect(await inbound.claimNext(other, passing)).toMatchObject({ id: 'github:cancel' });
  });

  it('gives it again to the session that never heard of it, and to no other that lives', async () => {
    const { inbound, openSession } = store();
    await inbound.receive(anInbound('a'));
    const [one, other] = await Promise.all([openSession('w1'), openSession('w2')]);
    const { fence } = (await inbound.claimNext(one, []))!;
    expect([await inbound.countDue(other, [], 10), await inbound.claimNext(other, [])]).toEqual([0, null]);
    expect(await inbound.countDue(one, [], 10)).toBe(1);
    expect(await inbound.claimNext(one, [])).toMatchObject({ fence: { attempt: 2, sessionId: one } });
    await expect(inbound.settle(fence, IGNORED)).rejects.toMatchObject({ code: 'lease_lost' });
  });

  it('gives it to another when the session dies, and the dead one can write no more', async () => {
    const { inbound, openSession, endLease } = store();
    await inbound.receive(anInbound('a'));
    const [dead, alive] = await Promise.all([openSession('w1'), openSession('w2')]);
    const { fence } = (await inbound.claimNext(dead, []))!;
    await endLease(dead);
    expect(await inbound.countDue(alive, [], 10)).toBe(1);
    const again = (await inbound.claimNext(alive, []))!;
    expect(again.fence).toEqual({ id: 'github:a', attempt: 2, sessionId: alive });
    await expect(inbound.settle(fence, IGNORED)).rejects.toMatchObject({ code: 'lease_lost' });
    await expect(inbound.postpone(fence, 1)).rejects.toMatchObject({ code: 'lease_lost' });
    await inbound.settle(again.fence, IGNORED);
    await expect(inbound.settle(again.fence, IGNORED)).rejects.toMatchObject({ code: 'lease_lost' });
  });

  it('puts it off for as long as it is told', async () => {
    const { inbound, openSession, advance } = store();
    await inbound.receive(anInbound('a'));
    const session = await openSession('w');
    await inbound.postpone((await inbound.claimNext(session, []))!.fence, 60_000);
    expect(await inbound.claimNext(session, [])).toBeNull();
    await advance(60_001);
    expect(await inbound.claimNext(session, [])).toMatchObject({ fence: { attempt: 2 } });
  });
};

const conversing = (store: () => InboundStoreUnderTest): void => {
  it('knows the tasks of a conversation, the newest first', async () => {
    const { inbound, openSession, aConversation } = store();
    const session = await openSession('w');
    const { taskId, repositoryId } = await aConversation();
    await inbound.receive(anInbound('a'));
    const origin = {
      repositoryId,
      number: 7,
      isPullRequest: false,
      sender: 'octocat',
      trigger: 'label',
      commentId: null,
    };
    await inbound.settle((await inbound.claimNext(session, []))!.fence, {
      state: 'accepted',
      reason: 'started',
      teamId: null,
      started: { taskId, origin },
    });
    expect(await inbound.tasksOf(repositoryId, 7)).toEqual([taskId]);
    expect(await inbound.tasksOf(repositoryId, 8)).toEqual([]);
  });
};

/** Promises of `InboundStore`, for every adapter of it. */
export const inboundStoreContract = (name: string, make: () => Promise<InboundStoreUnderTest>): void => {
  describe(`InboundStore contract: ${name}`, () => {
    let store: InboundStoreUnderTest;
    beforeEach(async () => {
      store = await make();
    });
    receiving(() => store);
    claiming(() => store);
    conversing(() => store);
  });
};
