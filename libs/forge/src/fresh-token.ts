import { setTimeout as delay } from 'node:timers/promises';
import type { GithubClient } from './github-client.ts';
import { refusalIn } from './github-refusal.ts';

/** So long GitHub may take to know a token everywhere that it has just given out; Octokit's own hook allows the same. */
const FRESH_MS = 5_000;
const TRIES = 3;

/**
 * Has requests be made again that are refused with a token so young: nothing is wrong with it.
 * @param bornAtMs - of the token, by the monotonic clock.
 * @param pauseMs - before the second try; twice that before the third.
 */
export const bearWithFresh = (client: GithubClient, bornAtMs: number, pauseMs: number): void => {
  client.hook.wrap('request', async (request, options) => {
    for (let tries = 1; ; tries++) {
      try {
        return await request(options);
      } catch (error) {
        const isFresh = performance.now() - bornAtMs < FRESH_MS;
        if (!isFresh || tries === TRIES || refusalIn(error)?.status !== 401) throw error;
        await delay(tries * pauseMs, undefined, { signal: options.request.signal });
      }
    }
  });
};
