import { SPOILED_ACCEPTANCE } from './spoiled-acceptance.ts';
import { SPOILED_ARTIFACTS } from './spoiled-artifacts.ts';
import { SPOILED_ATTEMPTS } from './spoiled-attempts.ts';
import { SPOILED_BOOKS } from './spoiled-books.ts';
import { SPOILED_DELIVERIES } from './spoiled-deliveries.ts';
import { SPOILED_ENDS } from './spoiled-ends.ts';
import { SPOILED_HISTORIES } from './spoiled-histories.ts';
import type { Spoiling } from './spoiling.ts';

/** Every way in which the evidence of a run is spoiled for the tests of the rules. */
export const SPOILED: readonly Spoiling[] = [
  ...SPOILED_ACCEPTANCE,
  ...SPOILED_ENDS,
  ...SPOILED_ATTEMPTS,
  ...SPOILED_HISTORIES,
  ...SPOILED_ARTIFACTS,
  ...SPOILED_BOOKS,
  ...SPOILED_DELIVERIES,
];
