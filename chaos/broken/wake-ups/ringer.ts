import type { ringOnce as ring } from '../../../libs/engine/src/session/ringer.ts';

export * from '../../../libs/engine/src/session/ringer.ts';

/** Nobody makes up for a wake-up that got lost. */
export const ringOnce: typeof ring = () => Promise.resolve();
