import { crashPoint } from '@drydock/domain';
import type { SessionStore } from '../ports/session-store.ts';
import type { WakeUps } from '../ports/wake-ups.ts';

/** Wake-ups that wait in Redis at most: enough for every slot of a fleet to find one, small with 100,000 queued. */
const WINDOW = 100;
export const RING_EVERY_MS = 1000;

/** Tops wake-ups up to the number of eligible tasks: a flushed Redis costs a second, `notBefore` needs no timer. */
export const ringOnce = async (sessions: SessionStore, wakeUps: WakeUps): Promise<void> => {
  const eligible = await sessions.countEligible(WINDOW);
  if (eligible === 0) return;
  crashPoint('ring.before_wake_up');
  await wakeUps.topUp('tasks', eligible);
};
