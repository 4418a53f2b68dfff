import { expect, it } from '@jest/globals';
import type { DeliveryId, Outcome, TaskId, TeamId } from '@drydock/domain';
import { aDueDelivery, anOrder, type DeliveriesUnderTest, type TaskEnd } from './deliveries-under-test.ts';

const TOKEN = 'ghp_canary_0123456789';
const LATE = { order: anOrder({ title: 'Late' }), sourceToken: TOKEN };

const anEndedTask = async (
  under: DeliveriesUnderTest,
  end: TaskEnd = { outcome: 'changed' },
): Promise<{ teamId: TeamId; taskId: TaskId }> => {
  const teamId = await under.addTeam();
  const taskId = await under.submit(teamId);
  await under.end(taskId, end);
  return { teamId, taskId };
};

/** Promises of `order` and `retry`. */
export const deliveryOrderContract = (under: () => DeliveriesUnderTest): void => {
  it('orders a pull request of a task that has ended, once, however often it is asked', async () => {
    const { teamId, taskId } = await anEndedTask(under());
    const order = () => under().deliveries.order(teamId, taskId, LATE);
    const ids = await Promise.all([order(), order(), order()]);
    ids.push(await under().deliveries.order(teamId, taskId, { order: anOrder(), sourceToken: null }));
    expect(new Set(ids).size).toBe(1);
    const { deliveries, events, seqs, hasToken } = await under().look(teamId, taskId);
    expect(deliveries).toMatchObject([{ id: ids[0], state: 'pending' }]);
    expect(events).toEqual(['delivery.changed pending']);
    expect(seqs).toEqual(seqs.map((_seq, i) => i + 1));
    expect(hasToken).toBe(true);
    const claim = await under().deliveries.claimNext(await under().openSession(), []);
    expect(claim).toMatchObject({ ...LATE, task: { id: taskId } });
  });

  it('orders nothing of a live task, of another team, or where there is no patch', async () => {
    const { teamId, taskId } = await anEndedTask(under());
    const live = await under().submit(teamId);
    const stranger = await under().addTeam();
    const gone = await anEndedTask(under());
    await under().withdrawFiles(gone.taskId);
    const zip = await under().submit(teamId, { isZip: true });
    await under().end(zip, { outcome: 'changed' });
    const empty = await anEndedTask(under(), { outcome: 'changed', patchBytes: 0 });
    const refused: [TeamId, TaskId, string][] = [
      [teamId, live, 'task_not_final'],
      [stranger, taskId, 'not_found'],
      [gone.teamId, gone.taskId, 'delivery_not_available'],
      [teamId, zip, 'delivery_not_available'],
      [empty.teamId, empty.taskId, 'delivery_not_available'],
    ];
    for (const outcome of ['no_changes', 'timeout', 'cancelled'] satisfies Outcome[]) {
      const task = await anEndedTask(under(), { outcome });
      refused.push([task.teamId, task.taskId, 'delivery_not_available']);
    }
    for (const [team, task, code] of refused)
      await expect(under().deliveries.order(team, task, LATE)).rejects.toMatchObject({ code });
  });

  it('finds the delivery that came with the task', async () => {
    const { teamId, taskId, id } = await aDueDelivery(under());
    await under().withdrawFiles(taskId);
    expect(await under().deliveries.order(teamId, taskId, LATE)).toBe(id);
    expect((await under().look(teamId, taskId)).events).toEqual([]);
  });

  it('tries again what failed or is held, with a new token and from the first failure', async () => {
    const { teamId, taskId, id } = await aDueDelivery(under());
    const session = await under().openSession();
    for (const state of ['failed', 'held'] as const) {
      const claim = await under().deliveries.claimNext(session, []);
      await under().deliveries.finish(claim!.fence, {
        ...{ state, error: { code: 'delivery_edits_workflows', message: 'It does.' } },
      });
      expect(await under().deliveries.retry(teamId, id, TOKEN)).toBe(taskId);
    }
    expect(await under().look(teamId, taskId)).toMatchObject({
      deliveries: [{ state: 'pending', error: null }],
      events: ['failed', 'pending', 'held', 'pending'].map((state) => `delivery.changed ${state}`),
      hasToken: true,
    });
    expect(await under().deliveries.claimNext(session, [])).toMatchObject({
      ...{ failures: 0, sourceToken: TOKEN, order: anOrder() },
    });
  });

  it('takes the retry of what was held as not verified for the wish to have it as it is', async () => {
    const { teamId, id } = await aDueDelivery(under(), { order: anOrder({ when: 'verified', title: 'x' }) });
    const session = await under().openSession();
    const claim = await under().deliveries.claimNext(session, []);
    const error = { code: 'delivery_not_verified', message: 'It was not.' } as const;
    await under().deliveries.finish(claim!.fence, { state: 'held', error });
    await under().deliveries.retry(teamId, id, null);
    expect(await under().deliveries.claimNext(session, [])).toMatchObject({
      order: anOrder({ when: 'changed', title: 'x' }),
    });
  });

  it('leaves alone what is under way or done, and refuses what is not there', async () => {
    const { teamId, taskId, id } = await aDueDelivery(under());
    const session = await under().openSession();
    const claim = await under().deliveries.claimNext(session, []);
    expect(await under().deliveries.retry(teamId, id, null)).toBe(taskId);
    await under().deliveries.finish(claim!.fence, { state: 'succeeded', error: null });
    expect(await under().deliveries.retry(teamId, id, TOKEN)).toBe(taskId);
    expect(await under().look(teamId, taskId)).toMatchObject({
      ...{ hasToken: false, events: ['delivery.changed succeeded'] },
    });
    const strangers: [TeamId, DeliveryId][] = [
      [await under().addTeam(), id],
      [teamId, 'dlv_none' as DeliveryId],
    ];
    for (const [team, delivery] of strangers)
      await expect(under().deliveries.retry(team, delivery, null)).rejects.toMatchObject({
        code: 'not_found',
      });
  });

  it('does not try again what retention took the patch of', async () => {
    const { teamId, taskId, id } = await aDueDelivery(under());
    const claim = await under().deliveries.claimNext(await under().openSession(), []);
    const error = { code: 'forge_base_not_found', message: 'No such branch.' } as const;
    await under().deliveries.finish(claim!.fence, { state: 'failed', error });
    await under().withdrawFiles(taskId);
    await expect(under().deliveries.retry(teamId, id, null)).rejects.toMatchObject({
      code: 'delivery_not_available',
    });
  });
};
