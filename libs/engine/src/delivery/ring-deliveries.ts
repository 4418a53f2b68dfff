import type { WakeUps } from '../ports/wake-ups.ts';
import type { PerformDelivery } from './perform-delivery.ts';

/** Tops wake-ups up to the number of deliveries that are due, as `ringOnce` does for tasks. */
export const ringDeliveries = async (
  performDelivery: Pick<PerformDelivery, 'countDue'>,
  wakeUps: WakeUps,
): Promise<void> => {
  const due = await performDelivery.countDue();
  if (due > 0) await wakeUps.topUp('deliveries', due);
};
