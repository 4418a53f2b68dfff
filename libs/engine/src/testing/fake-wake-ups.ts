import type { QueueName } from '@drydock/contracts';
import { AppError } from '@drydock/domain';
import type { WakeUps } from '../ports/wake-ups.ts';

/** Counts what waits in each queue. */
export class FakeWakeUps implements WakeUps {
  isAway = false;
  readonly waiting = new Map<QueueName, number>();

  async ring(queue: QueueName): Promise<void> {
    if (!this.isAway) this.waiting.set(queue, (this.waiting.get(queue) ?? 0) + 1);
  }

  async topUp(queue: QueueName, target: number): Promise<void> {
    if (!this.isAway) this.waiting.set(queue, Math.max(this.waiting.get(queue) ?? 0, target));
  }

  async ping(): Promise<void> {
    if (this.isAway) throw new AppError('service_unavailable', 'Redis does not answer.');
  }
}
