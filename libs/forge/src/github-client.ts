import { createAppAuth } from '@octokit/auth-app';
import { Octokit } from '@octokit/core';
import { paginateRest } from '@octokit/plugin-paginate-rest';
import { retry } from '@octokit/plugin-retry';
import { throttling } from '@octokit/plugin-throttling';
import { boundedFetch } from './bounded-fetch.ts';
import { asksForPace } from './github-address.ts';

const PatientOctokit = Octokit.plugin(paginateRest, retry, throttling);
export type GithubClient = InstanceType<typeof PatientOctokit>;

const REQUEST_MS = 15_000;
const RETRIES = 2;
/** A limit that ends so soon is waited for; else the delivery is postponed, and its slot is free for another. */
const PATIENCE_SECONDS = 2;
/** Refusals that stay the same however often they are asked for, and limits, which the throttling looks after. */
const FINAL = [400, 401, 403, 404, 409, 410, 422, 429, 451];

const silent = () => undefined;
const log = { debug: silent, info: silent, warn: silent, error: silent };

/** Runs at once: for a server that asks for no pace. It has of a group of queues what the plugin uses. */
const atOnce = {
  key: () => ({ schedule: (_options: unknown, job: () => Promise<void>) => job() }),
} as never;

const isSoon = (seconds: number, ...[, , tries]: [unknown, unknown, number]): boolean =>
  seconds <= PATIENCE_SECONDS && tries === 0;

export interface ClientSettings {
  readonly apiUrl: string;
  /** null: requests bring their own. */
  readonly token: string | null;
  /** Whose requests are sent as the App itself, also when our clock and GitHub's differ. */
  readonly app?: { readonly appId: number; readonly privateKey: string };
  /** Requests with the same name share one pace. */
  readonly pace: string;
  /** First pause after an outage, ms; the second is four times as long. */
  readonly retryPauseMs: number;
}

/** Octokit with bounded patience: for outages, for rate limits, and in all for no longer than a slot can wait. */
export const githubClient = ({ apiUrl, token, app, pace, retryPauseMs }: ClientSettings): GithubClient =>
  new PatientOctokit({
    baseUrl: apiUrl,
    userAgent: 'drydock',
    log,
    ...(token !== null && { auth: token }),
    ...(app !== undefined && { authStrategy: createAppAuth, auth: app }),
    request: { fetch: boundedFetch(REQUEST_MS), log },
    retry: { retries: RETRIES, doNotRetry: FINAL, retryAfterBaseValue: retryPauseMs },
    throttle: {
      id: pace,
      onRateLimit: isSoon,
      onSecondaryRateLimit: isSoon,
      ...(!asksForPace(apiUrl) && { write: atOnce, notifications: atOnce }),
    },
  });
