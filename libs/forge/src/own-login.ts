import type { AppTokens } from './app-tokens.ts';
import type { GithubForgeOptions } from './github-forge.ts';
import { githubClient } from './github-client.ts';
import { toForgeError } from './github-refusal.ts';

type Asking = Required<Pick<GithubForgeOptions, 'apiUrl' | 'retryPauseMs'>>;

const ofToken = async (token: string, settings: Asking): Promise<string> => {
  const client = githubClient({ ...settings, token, pace: 'own login' });
  return (await client.request('GET /user')).data.login;
};

/**
 * Login that a credential of the installation speaks under; an App's ends in `[bot]`.
 * @throws AppError `forge_…` that says what to change.
 */
export const ownLogin = async (credential: AppTokens | string, settings: Asking): Promise<string> => {
  try {
    return await (typeof credential === 'string' ? ofToken(credential, settings) : credential.login());
  } catch (error) {
    throw toForgeError(error, 'account of its own');
  }
};
