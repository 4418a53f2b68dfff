/**
 * Which spec file Jest begins with. In a fresh clone it knows no durations and goes by the size of the files; one that takes
 * minutes may then come last, and hold up everybody while the other cores have nothing to do.
 */
import { relative, sep } from 'node:path';

import TestSequencer from '@jest/test-sequencer';

import { ROOT } from './setup/instance.mjs';

/** Seconds on a machine with two cores, about: only their order counts. What takes less than half a minute is not listed. */
export const SECONDS = {
  'e2e/patch-exactness/patch-exactness.spec.ts': 280,
  'e2e/service-faults.spec.ts': 190,
  'chaos/broken/broken-runs.integration.spec.ts': 170,
  'e2e/drain.spec.ts': 145,
  'e2e/limits.spec.ts': 140,
  'e2e/slow-reader.spec.ts': 110,
  'apps/runner/src/collect/patch-exactness.integration.spec.ts': 110,
  'chaos/crash-points.integration.spec.ts': 90,
  'e2e/poison.spec.ts': 85,
  'e2e/web/pages.spec.ts': 85,
  'e2e/fairness.spec.ts': 80,
  'e2e/github/exactly-once.spec.ts': 75,
  'e2e/hostile-runner.spec.ts': 75,
  'e2e/recovery.spec.ts': 75,
  'apps/api/src/openapi/any-request.integration.spec.ts': 70,
  'chaos/crash-points-at-code-hosts.integration.spec.ts': 60,
  'e2e/github/follow-up.spec.ts': 60,
  'chaos/broken/broken-builds.integration.spec.ts': 55,
  'e2e/cancel.spec.ts': 55,
  'e2e/rolling-deploy.spec.ts': 55,
  'e2e/web/walk.spec.ts': 50,
  'libs/sandbox/src/docker/engine-death.integration.spec.ts': 45,
  'e2e/cli/run.spec.ts': 45,
  'e2e/outgoing-webhooks.spec.ts': 40,
  'apps/runner/src/collect/random-trees.integration.spec.ts': 35,
  'e2e/github/secrets.spec.ts': 35,
  'e2e/cli/commands.spec.ts': 30,
  'e2e/docker-faults.spec.ts': 30,
  'e2e/lost-answer.spec.ts': 30,
  'tools/walls.spec.ts': 30,
};

const secondsOf = ({ path }) => SECONDS[relative(ROOT, path).split(sep).join('/')] ?? 0;

/**
 * The known ones by what they take, then the others as they are.
 * @template {{ readonly path: string }} T
 * @param {readonly T[]} tests - with absolute paths.
 * @returns {T[]}
 */
export const longestFirst = (tests) => tests.toSorted((a, b) => secondsOf(b) - secondsOf(a));

export default class LongestFirst extends TestSequencer {
  sort(tests) {
    // Jest's own order is by what each took the last time, or by size.
    return longestFirst(super.sort(tests));
  }
}
