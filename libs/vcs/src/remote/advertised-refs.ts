import { isCommitId } from '@drydock/domain';

export interface AdvertisedRefs {
  readonly ids: ReadonlyMap<string, string>;
  /** Branch that the remote HEAD names, without `refs/heads/`, or null. */
  readonly headBranch: string | null;
}

export interface ResolvedRef {
  readonly commit: string;
  /** The name that the server knows it by, for servers that refuse ids. null: a bare commit id. */
  readonly serverRef: string | null;
  /** As shown to people: the branch or tag; the id when that was asked for. */
  readonly name: string | null;
}

/** Reads `ls-remote --symref`. Lines that are none of git's are left out. */
export const parseAdvertisedRefs = (output: string): AdvertisedRefs => {
  const ids = new Map<string, string>();
  let headBranch: string | null = null;
  for (const line of output.split('\n')) {
    const [left = '', right = ''] = line.split('\t');
    if (left.startsWith('ref: refs/heads/') && right === 'HEAD')
      headBranch = left.slice('ref: refs/heads/'.length);
    else if (isCommitId(left) && right !== '') ids.set(right, left);
  }
  return { ids, headBranch };
};

const candidates = (ref: string): string[] =>
  ref.startsWith('refs/') ? [ref] : [`refs/heads/${ref}`, `refs/tags/${ref}`];

/** Patterns for `ls-remote`, so that a server with a million refs sends five. */
export const refPatterns = (ref: string | null): string[] => [
  'HEAD',
  ...(ref === null || isCommitId(ref) ? [] : candidates(ref).flatMap((name) => [name, `${name}^{}`])),
];

/** The commit that a ref means: a branch before a tag, as `git clone --branch`; tags peeled. Null: not there. */
export const resolveRef = (refs: AdvertisedRefs, ref: string | null): ResolvedRef | null => {
  if (ref !== null && isCommitId(ref)) return { commit: ref, serverRef: null, name: ref };
  for (const name of ref === null ? ['HEAD'] : candidates(ref)) {
    const commit = refs.ids.get(`${name}^{}`) ?? refs.ids.get(name);
    if (commit !== undefined) return { commit, serverRef: name, name: ref ?? refs.headBranch };
  }
  return null;
};
