import { AppError } from '@drydock/domain';
import type { GithubCalls } from './github-calls.ts';
import { refusalIn } from './github-refusal.ts';

/** 410 is what GitHub says of an issue that somebody deleted. */
const isMissing = (error: unknown): boolean => [404, 410].includes(refusalIn(error)?.status ?? 0);

/** GitHub says 404 of the whole repository too: asked alone, it throws as itself when that is what is missing. */
const mustShowRepository = (calls: GithubCalls): Promise<unknown> =>
  calls.run((client, request) => client.request('GET /repos/{owner}/{repo}', { ...calls.repo, request }));

/** For `GithubCalls.run`: what a call comes to when the thing itself, and not the repository, is missing. */
export const ifMissing =
  <T>(calls: GithubCalls, value: T) =>
  (error: unknown): Promise<T> | undefined =>
    isMissing(error) ? mustShowRepository(calls).then(() => value) : undefined;

/** The same, where nothing can be done about it. */
export const refusedIfMissing =
  (calls: GithubCalls, thing: string) =>
  (error: unknown): Promise<never> | undefined =>
    isMissing(error)
      ? mustShowRepository(calls).then(() => {
          throw new AppError('forge_refused', `${calls.subject} no longer has the ${thing}.`);
        })
      : undefined;
