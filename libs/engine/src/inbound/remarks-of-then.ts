import type { ReviewRemark } from '../ports/forge-conversation.ts';

/** A code host writes down a review and its remarks one after the other: so much later may the last be dated. */
const SENDING_MS = 10_000;

/**
 * Remarks as whoever asks has seen them: what was written or edited later, by anybody, was not asked for.
 * @param saidAt - when they asked; undefined: that was not kept.
 */
export const remarksOfThen = (
  remarks: readonly ReviewRemark[],
  saidAt: string | undefined,
): readonly ReviewRemark[] =>
  saidAt === undefined
    ? remarks
    : remarks.filter(({ changedAt }) => changedAt.getTime() <= Date.parse(saidAt) + SENDING_MS);
