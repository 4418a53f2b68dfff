import { usageError } from '../exit-codes.ts';
import { STATUS } from './git.ts';
import type { Place } from './find-place.ts';

/** What of a checkout is on its code host already. */
export interface PushedSource {
  readonly url: string;
  /** Full commit id. */
  readonly ref: string;
  /** The branch that a pull request goes to. */
  readonly base: string;
}

const refuse = (why: string): never => {
  throw usageError(`--pr: ${why} A pull request needs a pushed commit; or name a repository by --git URL.`);
};

/** `git@github.com:acme/shop.git` and `ssh://…` as the https URL of the same; anything else as it is. */
export const withoutSsh = (url: string): string => {
  const found = /^(?:ssh:\/\/(?:[^@/]+@)?([^:/]+)(?::\d+)?\/|[^@:/]+@([^:/]+):)(.+)$/.exec(url);
  return found ? `https://${found[1] ?? found[2] ?? ''}/${found[3] ?? ''}` : url;
};

/** A remote as the https URL of the same. */
export const httpsUrl = (remote: string): string => {
  if (!/^https?:\/\//.test(remote)) return withoutSsh(remote);
  const url = new URL(remote);
  url.username = '';
  url.password = '';
  return url.href;
};

/** @throws CliError that says what keeps it from being one. */
export const pushedSource = async ({ root, git }: Place): Promise<PushedSource> => {
  if (git === null) return refuse(`${root} is no git checkout.`);
  if ((await git(...STATUS)) !== '') refuse('there are uncommitted changes.');
  const upstream = await git('rev-parse', '--abbrev-ref', '@{upstream}').catch(() => '');
  const [remote, ...rest] = upstream.trim().split('/');
  if (!remote || rest.length === 0) return refuse('the branch follows none of a remote.');
  const head = (await git('rev-parse', 'HEAD')).trim();
  const isPushed = await git('merge-base', '--is-ancestor', head, '@{upstream}').then(
    () => true,
    () => false,
  );
  if (!isPushed) refuse('the last commit is not pushed.');
  return { url: httpsUrl((await git('remote', 'get-url', remote)).trim()), ref: head, base: rest.join('/') };
};
