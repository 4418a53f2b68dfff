import { refusalIn } from './github-refusal.ts';

/** Whether a request may have had its effect although it failed: no answer came, or one that says nothing about it. */
export const answerMayBeLost = (error: unknown): boolean => {
  const refusal = refusalIn(error);
  return refusal === null || refusal.status >= 500;
};
