import { AppError, type ErrorCode } from '@drydock/domain';

interface Fault {
  readonly pattern: RegExp;
  readonly code: ErrorCode;
  readonly detail: string;
}

/** First match wins; git and curl speak English because the environment says so. */
const FAULTS: readonly Fault[] = [
  {
    pattern: /HTTP code 403 from proxy|CONNECT tunnel failed, response 403/,
    code: 'host_not_allowed',
    detail:
      'The host of the git URL is not allowed: it resolves to a private address. An operator can allow it by DRYDOCK_ALLOW_PRIVATE_HOSTS.',
  },
  {
    pattern: /transport '.*' not allowed/,
    code: 'host_not_allowed',
    detail: 'The source wants another protocol than https, which is not allowed.',
  },
  {
    pattern: /returned error: 30\d|unable to update url base from redirection/i,
    code: 'source_redirected',
    detail:
      'The git URL redirects elsewhere, and redirects are not followed. Submit the address that it redirects to.',
  },
  {
    pattern:
      /Authentication failed|could not read (Username|Password)|returned error: 40[13]|Invalid username or/i,
    code: 'source_auth_failed',
    detail:
      'The source refused the credentials, or wants some. Send source.git.token with a token that may read the repository.',
  },
  {
    pattern: /returned error: (404|410)|repository .* not found|not valid: is this a git repository/i,
    code: 'source_not_found',
    detail:
      'There is no repository at the git URL, or the token may not see it. Check the address and the token.',
  },
  {
    // Killed by the bound on its file, index-pack says nothing, and git only this
    pattern:
      /^fatal: fetch-pack: invalid index-pack output\s*$|signal 25|File too large|exceeds maximum allowed size/i,
    code: 'repo_too_large',
    detail: 'The repository is larger than this installation takes.',
  },
  {
    pattern: /out of memory|mmap failed/i,
    code: 'repo_too_large',
    detail: 'The repository needs more memory to fetch than this installation gives.',
  },
  {
    pattern: /dumb http transport/i,
    code: 'source_invalid',
    detail: 'The server speaks only the old "dumb" protocol. Serve the repository by smart HTTP.',
  },
  {
    pattern: /fsck error|error: object [0-9a-f]+: |invalid path|mismatched algorithms|object format/i,
    code: 'source_invalid',
    detail:
      'The repository holds objects that git finds unsound, or uses SHA-256, which is not supported. Run `git fsck --strict` on it.',
  },
];

const UNREACHABLE =
  'The source cannot be reached. Is the host of the git URL right, up, and open to this worker? It is tried again with a new task.';

/**
 * What git said on its way to a remote, as the error of the task.
 * @param mask - Takes credentials out of what is kept as cause, for logs. Matching goes first: a token that is part of a
 * word of git's must not hide the fault.
 */
export const remoteFault = (stderr: string, mask: (text: string) => string = (text) => text): AppError => {
  const fault = FAULTS.find(({ pattern }) => pattern.test(stderr));
  const cause = new Error(mask(stderr).slice(0, 4000));
  return new AppError(fault?.code ?? 'source_unreachable', fault?.detail ?? UNREACHABLE, { cause });
};
