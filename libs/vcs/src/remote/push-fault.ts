import { AppError, type ErrorCode } from '@drydock/domain';
import type { RunResult } from '../host/bounded-process.ts';
import type { Connection } from './connection.ts';
import { serverLines, serverWords } from './push-report.ts';

interface Fault {
  readonly pattern: RegExp;
  readonly code: ErrorCode;
  readonly detail: string;
}

const PERMISSION =
  'The credential may not push to the repository. Give it write access to its contents, and to workflows if the patch changes them.';

const CREDENTIAL =
  'The code host refused the credential. Is it expired or revoked? Set another one, then retry.';

/** First match wins; the reasons are those of git, GitHub and GitLab. */
const REFUSED: readonly Fault[] = [
  {
    pattern: /\((non-fast-forward|fetch first|needs force|stale info|remote ref updated since checkout)\)/,
    code: 'forge_branch_taken',
    detail:
      'The branch has commits that this one lacks, and nothing is ever forced. Merge or delete the branch, then retry.',
  },
  {
    pattern: /refusing to allow .* workflow/i,
    code: 'forge_permission_missing',
    detail: PERMISSION,
  },
  {
    pattern: /shallow update not allowed|did not receive expected object|missing necessary objects/i,
    code: 'source_ref_not_found',
    detail:
      'The server no longer has the commit that the task began from. Push it again, or start a new task.',
  },
  {
    pattern: /hook declined|GH006|GH013|protected branch|rule violations|not allowed to push/i,
    code: 'forge_branch_protected',
    detail: 'A rule of the repository refuses the branch. Allow branches of Drydock in it, then retry.',
  },
];

/** What ends a push before the server looks at the branch. What is of no push is left to `Connection.fault`. */
const TURNED_AWAY: readonly Fault[] = [
  {
    pattern: /^remote: .*\barchived\b/im,
    code: 'forge_repository_archived',
    detail: 'The repository is archived and takes no pushes. Unarchive it, then retry.',
  },
  { pattern: /returned error: 403/, code: 'forge_permission_missing', detail: PERMISSION },
  { pattern: /(?:)/, code: 'forge_auth_failed', detail: CREDENTIAL },
];

const OTHER: Omit<Fault, 'pattern'> = {
  code: 'forge_refused',
  detail: 'The code host refused the push. What it said may tell what to change.',
};

const asError = (
  { code, detail }: Omit<Fault, 'pattern'>,
  { stderr }: RunResult,
  { connection, reason }: { connection: Connection; reason: string },
): AppError => {
  // Masked before it is cut: of a credential across the cut, nobody would know the first half.
  const words = serverWords(connection.mask(stderr), connection.mask(reason));
  return new AppError(code, words === '' ? detail : `${detail} The server said: ${words}`, {
    cause: new Error(connection.mask(`${reason}\n${stderr}`).slice(0, 4000)),
  });
};

/** A push that the server answered with a refusal of the branch. @param reason - As git reports it, with its parentheses. */
export const refusedPush = (result: RunResult, connection: Connection, reason: string): AppError => {
  const text = `${reason}\n${serverLines(result.stderr).join('\n')}`;
  return asError(REFUSED.find(({ pattern }) => pattern.test(text)) ?? OTHER, result, { connection, reason });
};

/** A push that failed without a word of the server on the branch. */
export const failedPush = (result: RunResult, connection: Connection): AppError => {
  const fault = connection.fault(result);
  // Only what is no refusal of the guard proxy, say
  const found =
    fault.code === 'source_auth_failed'
      ? TURNED_AWAY.find(({ pattern }) => pattern.test(result.stderr))
      : undefined;
  return found === undefined ? fault : asError(found, result, { connection, reason: '' });
};

/** A credential that is refused before anything is pushed is the same fault as at the push. */
export const asForgeFault = (error: unknown): unknown =>
  error instanceof AppError && error.code === 'source_auth_failed'
    ? new AppError('forge_auth_failed', CREDENTIAL, { cause: error })
    : error;
