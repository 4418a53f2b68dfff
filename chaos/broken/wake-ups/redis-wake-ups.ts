import { RedisWakeUps as RealWakeUps } from '../../../libs/queue/src/redis-wake-ups.ts';

/** Every second wake-up gets lost on its way. */
export class RedisWakeUps extends RealWakeUps {
  #rung = 0;

  override async ring(queue: Parameters<RealWakeUps['ring']>[0]): Promise<void> {
    this.#rung += 1;
    if (this.#rung % 2 === 1) await super.ring(queue);
  }
}
