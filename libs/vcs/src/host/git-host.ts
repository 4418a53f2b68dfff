import { existsSync } from 'node:fs';
import { runBounded, type BoundedRun, type RunResult } from './bounded-process.ts';
import { dyingWithUs } from './dies-with-us.ts';
import { HOST_ENVIRONMENT, hostOptions } from './git-environment.ts';
import type { GitLimits } from './git-limits.ts';

export interface GitRun extends Partial<
  Pick<BoundedRun, 'input' | 'onOutput' | 'maxOutputBytes' | 'timeoutMs'>
> {
  /** The git command with its arguments; text of users only after `--` or `--end-of-options`. */
  readonly args: readonly string[];
  /** Always named: no repository is ever looked for. */
  readonly gitDir: string;
  readonly workTree?: string;
  readonly env?: Readonly<Record<string, string>>;
  readonly config?: Readonly<Record<string, string>>;
  readonly signal: AbortSignal;
}

/** Of a file that it cannot write git may leave the reason out: names that cannot be are refused when a file is made. */
const NO_ROOM = /No space left on device|Disk quota exceeded|unable to write/i;

/** Whether git failed by the disk: no word about what it was given, and the next time there may be room. */
export const hasNoRoom = ({ stderr }: Pick<RunResult, 'stderr'>): boolean => NO_ROOM.test(stderr);

/** A git process that failed where none should: a damaged repository, a full disk, a bug of ours. */
export class GitFailed extends Error {
  readonly result: RunResult;
  constructor(command: string, result: RunResult) {
    super(
      `git ${command} failed (${result.stopped ?? String(result.exitCode)}): ${result.stderr.slice(0, 2000)}`,
    );
    this.name = 'GitFailed';
    this.result = result;
  }
}

/** A repository that lacks what it must have. */
export class RepositoryDamaged extends Error {
  override readonly name = 'RepositoryDamaged';
}

const PRLIMIT = '/usr/bin/prlimit';
const MAX_OUTPUT_BYTES = 256 * 1024 ** 2;

/** The only place that starts git on the host. It obeys the host rules: see the README of this library. */
export class GitHost {
  readonly limits: GitLimits;
  readonly #prefix: readonly string[];

  constructor(gitPath: string, limits: GitLimits) {
    this.limits = limits;
    const bounds = [
      `--fsize=${String(limits.maxPackBytes)}`,
      `--as=${String(limits.maxMemoryBytes)}`,
      '--core=0',
    ];
    this.#prefix = [...dyingWithUs(), ...(existsSync(PRLIMIT) ? [PRLIMIT, ...bounds, '--'] : []), gitPath];
  }

  /** A non-zero exit is a value. Throws the signal's reason. */
  run(run: GitRun): Promise<RunResult> {
    const [command = '', ...prefixArgs] = this.#prefix;
    const where = [
      `--git-dir=${run.gitDir}`,
      ...(run.workTree === undefined ? [] : [`--work-tree=${run.workTree}`]),
    ];
    const config = { 'http.lowSpeedTime': String(this.limits.lowSpeedSeconds), ...run.config };
    return runBounded({
      command,
      args: [...prefixArgs, ...hostOptions(config), ...where, ...run.args],
      env: { ...HOST_ENVIRONMENT, ...run.env },
      cwd: run.workTree ?? '/',
      maxOutputBytes: run.maxOutputBytes ?? MAX_OUTPUT_BYTES,
      timeoutMs: run.timeoutMs ?? this.limits.processTimeoutMs,
      signal: run.signal,
      ...(run.input === undefined ? {} : { input: run.input }),
      ...(run.onOutput === undefined ? {} : { onOutput: run.onOutput }),
    });
  }

  /** Like `run`, for commands that only fail when something is broken. Throws GitFailed. */
  async must(run: GitRun): Promise<RunResult> {
    const result = await this.run(run);
    if (result.stopped === 'enough' || (result.exitCode === 0 && result.stopped === null)) return result;
    throw new GitFailed(run.args[0] ?? '', result);
  }
}
