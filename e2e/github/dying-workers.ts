import { afterAll, afterEach, expect } from '@jest/globals';
import { AppProcess } from '../system/app-process.ts';
import type { Shop } from './shop.ts';

/** A machine with much else to do may keep a process from starting. */
const MOST_STARTS = 5;

/** Workers on the system of a shop that are to die at a crash point. */
export class DyingWorkers {
  readonly #shop: () => Shop;
  readonly #workers: AppProcess[] = [];

  private constructor(shop: () => Shop) {
    this.#shop = shop;
  }

  /** To be called where a file declares its tests: each leaves its code host well, and the last one nobody alive. */
  static of(shop: () => Shop): DyingWorkers {
    const dying = new DyingWorkers(shop);
    afterEach(() => {
      shop().github.heal();
    });
    afterAll(async () => {
      await Promise.all(dying.#workers.map((worker) => worker.killHard()));
      await shop().close();
    });
    return dying;
  }

  /**
   * Starts one worker for each point, and waits until all of them have died of it.
   * @param more - environment variables of these workers alone.
   */
  async dieAt(points: readonly string[], more: Readonly<Record<string, string>> = {}): Promise<void> {
    const { apiEnvironment } = this.#shop().system;
    const environments = points.map((point) => ({ ...apiEnvironment, ...more, DRYDOCK_CRASH_POINT: point }));
    const otherEnds = await Promise.all(environments.map((environment) => this.#die(environment)));
    expect(otherEnds).toEqual(points.map(() => null));
  }

  /** @returns the last words of a worker that ended otherwise each time; null: it died. */
  async #die(environment: Readonly<Record<string, string>>): Promise<string | null> {
    let lastWords = '';
    for (let starts = 0; starts < MOST_STARTS; starts++) {
      const worker = new AppProcess('worker', environment);
      this.#workers.push(worker);
      if ((await worker.ended()) === 'SIGKILL') return null;
      lastWords = worker.output;
    }
    return lastWords;
  }
}
