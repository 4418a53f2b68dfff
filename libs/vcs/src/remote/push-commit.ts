import { AppError, isGitRef } from '@drydock/domain';
import type { Connection } from './connection.ts';
import { failedPush, refusedPush } from './push-fault.ts';
import { readPushReport } from './push-report.ts';
import { Remote } from './remote.ts';

/** Somebody moved the branch between the server's list of refs and its update, perhaps to this very commit. */
const RACED = /failed to update ref|cannot lock ref|reference already exists|incorrect old value/i;
/** Hooks of the server may take their time in silence. */
const SILENCE_FACTOR = 3;

export interface CommitToPush {
  readonly gitDir: string;
  readonly commit: string;
  /** Without `refs/heads/`. */
  readonly branch: string;
  /** Where the branch must be; null: it may be missing. */
  readonly expectedTip: string | null;
}

/** @throws AppError `forge_refused` for what is no name of a branch, or could pass for an option. */
export const checkBranchName = (branch: string): void => {
  if (!isGitRef(branch))
    throw new AppError('forge_refused', `${JSON.stringify(branch)} is no name of a branch. Choose another.`);
};

/**
 * Git's name for it notwithstanding, this forces nothing here: the commit is a child of the expected one. What it does is to
 * refuse a branch that is elsewhere, and above all one that somebody has removed, which a plain push would make anew.
 */
const lease = (ref: string, expectedTip: string | null): string[] =>
  expectedTip === null ? [] : [`--force-with-lease=${ref}:${expectedTip}`];

/**
 * Puts a branch on a commit, never by force. A branch that is there already is success, however it came to be.
 * @throws AppError `forge_…`, `source_…`, `host_not_allowed`.
 */
export const pushCommit = async (
  connection: Connection,
  { gitDir, commit, branch, expectedTip }: CommitToPush,
  signal: AbortSignal,
): Promise<void> => {
  checkBranchName(branch);
  const ref = `refs/heads/${branch}`;
  const { url, git } = connection;
  const options = [
    '--porcelain',
    '--no-verify',
    '--no-follow-tags',
    '--recurse-submodules=no',
    '--no-signed',
    ...lease(ref, expectedTip),
  ];
  const result = await connection.run({
    args: ['push', ...options, '--end-of-options', url, `${commit}:${ref}`],
    gitDir,
    config: {
      // Else a base that is no tip of a branch any more would be sent whole
      'push.negotiate': 'true',
      'http.lowSpeedTime': String(git.limits.lowSpeedSeconds * SILENCE_FACTOR),
    },
    maxOutputBytes: git.limits.maxRefBytes,
    signal,
  });
  const report = readPushReport(result.stdout.toString(), ref);
  if (report?.isAccepted === true && result.exitCode === 0) return;
  if (report === null || report.isAccepted) throw failedPush(result, connection);
  const isRaced = RACED.test(report.summary);
  const tip = isRaced ? await new Remote(connection).tip(branch, signal) : null;
  if (tip === commit) return;
  const isElsewhere = tip !== null || (isRaced && expectedTip !== null);
  throw refusedPush(result, connection, isElsewhere ? `${report.summary} (fetch first)` : report.summary);
};
