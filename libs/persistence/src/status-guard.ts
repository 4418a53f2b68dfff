import { sourcesOf, type Status } from '@drydock/domain';

/** Condition on a task `t` by the domain's transition table: it may become `to`. Literals, for the partial indexes. */
export const mayBecome = (to: Status): string =>
  `t."status" IN (${sourcesOf(to)
    .map((from) => `'${from}'`)
    .join(', ')})`;
