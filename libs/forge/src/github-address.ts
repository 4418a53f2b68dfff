import type { ForgeRepository } from '@drydock/engine';

const NAME = /^[A-Za-z0-9._-]+$/;
const DOTS = /^\.{1,2}$/;

/**
 * Where pages and git are of the GitHub whose API is at `apiUrl`: `https://api.github.com` belongs to
 * `https://github.com`, and likewise for data residency (`api.acme.ghe.com`); `/api/v3` to its own host.
 */
export const webOriginOf = (apiUrl: string): string => {
  const { origin, pathname, hostname } = new URL(apiUrl);
  const isDotCom = pathname === '/' && /^api\.(github\.com|[a-z0-9-]+\.ghe\.com)$/.test(hostname);
  return isDotCom ? origin.replace('//api.', '//') : origin;
};

/** GitHub's own service asks for a pace; Enterprise Server has no limits unless its operator sets them. */
export const asksForPace = (apiUrl: string): boolean => webOriginOf(apiUrl) !== new URL(apiUrl).origin;

/** The repository that a clone URL names; null when it is not of this GitHub. */
export const repositoryIn = (gitUrl: string, webOrigin: string): ForgeRepository | null => {
  if (!URL.canParse(gitUrl)) return null;
  const { origin, pathname } = new URL(gitUrl);
  if (origin !== webOrigin) return null;
  const [, owner = '', name = '', ...rest] = pathname.replace(/\/$/, '').split('/');
  const bare = name.replace(/\.git$/i, '');
  const isSound = rest.length === 0 && [owner, bare].every((part) => NAME.test(part) && !DOTS.test(part));
  return isSound ? { owner, name: bare } : null;
};
