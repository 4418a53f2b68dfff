import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { AppError, armCrashPoint, CRASH_POINTS } from '@drydock/domain';
import type { ForgeSession } from '../ports/forge.ts';
import { DeliveriesInMemory } from '../testing/deliveries-in-memory.ts';

const POINTS = CRASH_POINTS.filter((name) => name.startsWith('delivery.'));
const CALLS = [
  ...['facts', 'commitsBehind', 'author', 'openPullRequest', 'decorate', 'report'],
] as (keyof ForgeSession)[];
const CUT = new AppError('forge_unreachable', 'The connection was cut.');
const AWAY = new AppError('service_unavailable', 'PostgreSQL does not answer.');

describe('a delivery that is interrupted', () => {
  let world: DeliveriesInMemory;
  beforeEach(async () => {
    world = new DeliveriesInMemory();
    world.repository.people.add('mona');
    await world.add({
      order: { labels: ['drydock'], reviewers: ['mona'] },
      verify: [{ command: 'npm test', exitCode: 0, seconds: 2 }],
    });
    world.repository.commit('main');
  });
  afterEach(() => {
    armCrashPoint(null, () => undefined);
  });

  const expectOne = async (): Promise<void> => {
    expect(await world.delivery()).toMatchObject({ state: 'succeeded', error: null });
    expect(world.publisher.pushes).toHaveLength(1);
    expect(world.repository.pullRequests).toHaveLength(1);
    expect([...world.repository.told.values()]).toEqual([1]);
    expect(world.repository.pullRequests[0]).toMatchObject({
      ...{
        headCommit: world.publisher.pushes[0]!.commit,
        labels: new Set(['drydock']),
        reviewers: new Set(['mona']),
      },
    });
    const { events, seqs } = await world.store.look(world.teamId, world.taskId);
    expect(events).toEqual(['delivery.changed succeeded']);
    expect(seqs).toEqual(seqs.map((_seq, i) => i + 1));
    expect(world.publisher.openStores).toBe(0);
  };

  it.each(POINTS)('ends in one branch and one pull request when the worker dies at %s', async (point) => {
    await world.die(point);
    await world.runToTheEnd();
    await expectOne();
  });

  it('ends in one branch and one pull request when a worker dies at every point, one after the other', async () => {
    for (const point of POINTS) await world.die(point);
    await world.runToTheEnd();
    await expectOne();
  });

  it.each(CALLS)('ends in one of each when %s fails, and when its answer is lost', async (call) => {
    world.forge.failNext(call, CUT, 'before');
    world.forge.failNext(call, CUT, 'after');
    await world.run();
    expect(await world.delivery()).toMatchObject({ state: 'pending', error: { code: 'forge_unreachable' } });
    await world.runToTheEnd();
    await expectOne();
  });

  it('ends in one of each when the answer to the push is lost', async () => {
    world.publisher.lostAnswers = 2;
    await world.runToTheEnd();
    await expectOne();
  });

  it('ends in one of each when the database says nothing to what it was told', async () => {
    for (let i = 0; i < 8; i++) world.store.lostAnswers.push(AWAY);
    await world.runToTheEnd();
    await expectOne();
  });

  it('leaves a commit alone that a person has put on top of it meanwhile', async () => {
    await world.die('delivery.noted');
    const { branch } = world.publisher.pushes[0]!;
    const tip = world.publisher.commitByOthers(world.repository.url, branch);
    await world.runToTheEnd();
    expect(await world.delivery()).toMatchObject({ state: 'succeeded' });
    expect(world.publisher.tip(world.repository.url, branch)).toBe(tip);
    expect(world.repository.pullRequests).toHaveLength(1);
  });

  it('goes back to the others when its worker drains, and counts as no failure', async () => {
    const { performDelivery, session } = await world.newWorker();
    await performDelivery.performNext((claim) => {
      expect(claim.failures).toBe(0);
      session.handBack();
    });
    await session.close();
    expect((await world.delivery()).state).toBe('pending');
    expect(world.store.failures(world.taskId)).toBe(0);
    await world.runToTheEnd();
    await expectOne();
  });

  it('stops with the session of its worker, says nothing more, and goes on elsewhere', async () => {
    const lost = new AppError('lease_lost', 'The session has ended.');
    const { performDelivery, session } = await world.newWorker(() => Promise.reject(lost));
    const get = world.artifacts.get.bind(world.artifacts);
    world.artifacts.get = async (key) => {
      await session.beat();
      return get(key);
    };
    expect(await performDelivery.performNext()).toBe(true);
    expect(world.publisher.pushes).toEqual([]);
    expect(await world.delivery()).toMatchObject({ state: 'pending', error: null });
    await session.close();
    world.artifacts.get = get;
    await world.runToTheEnd();
    await expectOne();
  });

  it('is given up when workers die of it again and again', async () => {
    for (let i = 0; i < 20; i++) await world.die('delivery.tree');
    await world.runToTheEnd();
    expect(await world.delivery()).toMatchObject({ state: 'failed', error: { code: 'internal' } });
  });
});
