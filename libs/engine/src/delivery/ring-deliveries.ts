import type { WakeUps } from '../ports/wake-ups.ts';
import type { ForgeWork } from './forge-work.ts';

/** Tops wake-ups up to the number of pieces of work at code hosts that are due, as `ringOnce` does for tasks. */
export const ringDeliveries = async (work: Pick<ForgeWork, 'countDue'>, wakeUps: WakeUps): Promise<void> => {
  const due = await work.countDue();
  if (due > 0) await wakeUps.topUp('deliveries', due);
};
