import { Reaper as RealReaper } from '../../../libs/engine/src/session/reaper.ts';

export * from '../../../libs/engine/src/session/reaper.ts';

/** Leaves everything where dead attempts left it. */
export class Reaper extends RealReaper {
  override reapOnce(): Promise<void> {
    return Promise.resolve();
  }
}
