import type { ForgeRepository, TokenWish } from '@drydock/engine';
import { startTestGithub, type TestGithub } from '@drydock/testing';
import { permissionsOf } from '../grants.ts';
import { GithubForge, type GithubForgeOptions } from '../github-forge.ts';

/** So that outages are over in no time. */
const RETRY_PAUSE_MS = 5;

export const SHOP: ForgeRepository = { owner: 'acme', name: 'shop' };
export const anySignal = new AbortController().signal;
/** How a token of the installation is asked for. */
export const NOTHING_OWN: TokenWish = { own: null, signal: anySignal };

export interface ShopAtGithub extends AsyncDisposable {
  readonly github: TestGithub;
  readonly shop: Awaited<ReturnType<TestGithub['state']['addRepository']>>;
  /** A token of a user who may write. */
  readonly writer: string;
  readonly app: () => GithubForge;
  readonly tokenForge: () => GithubForge;
  /** One commit on a branch. @returns its id. */
  readonly commit: (branch: string) => Promise<string>;
}

/** GitHub with acme/shop, which has one commit, and the App installed with all that it asks for. */
export const shopAtGithub = async (): Promise<ShopAtGithub> => {
  const github = await startTestGithub();
  const { state } = github;
  const shop = await state.addRepository('acme/shop');
  const writer = state.personalToken('grace');
  shop.collaborators.set('grace', 'write');
  state.install('acme', permissionsOf(['read', 'deliver', 'deliver_workflows', 'converse']));
  let commits = 0;
  const commit = (branch: string): Promise<string> =>
    shop.git.push(branch, { 'file.txt': `${String(++commits)}\n` });
  await commit('main');
  const forge = (identity: GithubForgeOptions['identity']): GithubForge =>
    new GithubForge({ apiUrl: github.url, identity, retryPauseMs: RETRY_PAUSE_MS });
  return {
    github,
    shop,
    writer,
    app: () => forge({ kind: 'app', appId: state.app.id, privateKey: state.app.privateKey }),
    tokenForge: () => forge({ kind: 'token', token: writer }),
    commit,
    [Symbol.asyncDispose]: () => github.close(),
  };
};
