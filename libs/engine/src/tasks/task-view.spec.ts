import { describe, expect, it } from '@jest/globals';
import type { DeliveryId, TeamId } from '@drydock/domain';
import { queuedTask } from '../ports/queued-task.ts';
import type { DeliveryRecord } from '../ports/task-record.ts';
import { aNewTask } from '../testing/stores-under-test.ts';
import { taskView } from './task-view.ts';

const URL = 'https://github.com/acme/shop/pull/42';
const aDelivery = (rest: Partial<DeliveryRecord>): DeliveryRecord => ({
  id: 'd' as DeliveryId,
  kind: 'pull_request',
  state: 'succeeded',
  error: null,
  url: URL,
  ...rest,
});
const viewWith = (...deliveries: DeliveryRecord[]) =>
  taskView({ ...queuedTask(aNewTask('team' as TeamId), new Date()), deliveries });

describe('taskView', () => {
  it('shows the pull request of a delivery that succeeded', () => {
    expect(viewWith(aDelivery({})).pullRequest).toEqual({ url: URL, number: 42 });
  });

  it.each<[string, Partial<DeliveryRecord>]>([
    ['failed', { state: 'failed' }],
    ['is under way', { state: 'pending' }],
    ['is a comment', { kind: 'comment' }],
    ['has no address', { url: null }],
    ['has another address', { url: 'https://github.com/acme/shop/pull/' }],
  ])('shows none for a delivery that %s', (_what, rest) => {
    expect(viewWith(aDelivery(rest)).pullRequest).toBeNull();
  });
});
