import { cost, count } from '../text/amounts.ts';
import type { Transcript } from './transcript.ts';

/** What a call of the model took, in one line. */
export const callWords = (call: Transcript['calls'][number]): string =>
  `${count(call.inputTokens)} in, ${count(call.outputTokens)} out, ${
    call.costUsd === null ? 'cost unknown' : cost(call.costUsd)
  }`;
