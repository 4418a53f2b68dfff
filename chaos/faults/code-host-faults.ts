import { setTimeout as delay } from 'node:timers/promises';
import type { Fault as GithubFault } from '@drydock/testing';
import type { World } from '../world/world.ts';
import type { Fault, Struck } from './fault.ts';

const REPOSITORY = '/repos/{owner}/{repo}';
/** Whatever is asked for to deliver, to find out who may what, and to talk. Fetching is left out: attempts do it, too. */
const ASKED = [
  `GET ${REPOSITORY}`,
  `GET ${REPOSITORY}/pulls`,
  `GET ${REPOSITORY}/collaborators/{username}/permission`,
  `GET ${REPOSITORY}/issues/{issue_number}/comments`,
];
/** What changes something. */
const DONE = [
  `POST ${REPOSITORY}/pulls`,
  `POST ${REPOSITORY}/issues/{issue_number}/labels`,
  `POST ${REPOSITORY}/issues/{issue_number}/reactions`,
  `POST ${REPOSITORY}/issues/comments/{comment_id}/reactions`,
  `POST ${REPOSITORY}/issues/{issue_number}/comments`,
  `PATCH ${REPOSITORY}/issues/comments/{comment_id}`,
  `POST ${REPOSITORY}/statuses/{sha}`,
];
const PUSH = 'git push';
/** More than a request is tried again at once: whoever meets them has to come back later. */
const MANY = 4;

/** Plans it for some requests of each kind, and takes back after a time what did not come. */
const during = async (
  { places: { codeHost } }: World,
  seconds: number,
  planned: { readonly routes: readonly string[]; readonly fault: GithubFault; readonly times: number },
): Promise<Struck> => {
  for (const route of planned.routes) codeHost.github.fail(route, planned.fault, planned.times);
  await delay(seconds * 1_000);
  codeHost.github.heal();
  return { target: 'code host' };
};

/** The code host fails on its own. No attempt takes notice, and no delivery may be lost or made twice. */
export const CODE_HOST_FAULTS: readonly Fault[] = [
  {
    kind: 'code host fails',
    weight: 2,
    seconds: [4, 12],
    mayEnd: [],
    strike: (world, { seconds }) => {
      const fault = { kind: 'status', status: 502 } as const;
      return during(world, seconds, { routes: [...ASKED, ...DONE, PUSH], fault, times: MANY });
    },
  },
  {
    kind: 'code host limits',
    weight: 1,
    seconds: [4, 12],
    mayEnd: [],
    strike: (world, { seconds, pick }) => {
      const fault = { kind: 'secondary_limit', retryAfterSeconds: 1 + Math.floor(pick * 5) } as const;
      return during(world, seconds, { routes: [...ASKED, ...DONE], fault, times: 1 });
    },
  },
  {
    kind: 'answers of the code host lost',
    weight: 3,
    seconds: [6, 15],
    mayEnd: [],
    strike: (world, { seconds }) => {
      const fault = { kind: 'cut', when: 'after' } as const;
      return during(world, seconds, { routes: [...DONE, PUSH], fault, times: 1 });
    },
  },
  {
    kind: 'pull request there already',
    weight: 2,
    seconds: [6, 15],
    mayEnd: [],
    // What is asked for twice is refused with 422 the second time, and only that answer is seen.
    strike: (world, { seconds }) => {
      const fault = { kind: 'twice' } as const;
      return during(world, seconds, { routes: [`POST ${REPOSITORY}/pulls`], fault, times: 2 });
    },
  },
];
