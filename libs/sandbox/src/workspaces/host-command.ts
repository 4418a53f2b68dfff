import { execFile, type ExecFileException } from 'node:child_process';
import { existsSync } from 'node:fs';

export interface CommandEnd {
  /** Null: killed by a signal, as when its time was up. */
  readonly exitCode: number | null;
  readonly stdout: string;
  readonly stderr: string;
}

const MAX_OUTPUT_BYTES = 256 * 1024;

/**
 * A worker that is killed takes its helpers with it: a `rm` or `mkfs` that outlived it would work against the next worker
 * on the same directory. Part of util-linux, which every Debian has.
 */
const SETPRIV = '/usr/bin/setpriv';
const DIES_WITH_US = existsSync(SETPRIV) ? [SETPRIV, '--pdeathsig', 'KILL', '--'] : [];

/**
 * Runs one of the host's own programs on an attempt's directories, without a shell and with an empty environment. Such
 * trees are an agent's work: thousands of levels deep or millions of files wide, where Node's own functions give up.
 * @throws what the start of the program throws; its own failure is a value.
 */
export const hostCommand = (
  program: string,
  argv: readonly string[],
  timeoutMs: number,
): Promise<CommandEnd> =>
  new Promise((resolve, reject) => {
    const env = { PATH: '/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin', LC_ALL: 'C' };
    const options = {
      env,
      cwd: '/',
      timeout: timeoutMs,
      maxBuffer: MAX_OUTPUT_BYTES,
      killSignal: 'SIGKILL',
    } as const;
    const [file = program, ...args] = [...DIES_WITH_US, program, ...argv];
    execFile(file, args, options, (error: ExecFileException | null, stdout, stderr) => {
      if (typeof error?.code === 'string' && error.killed !== true)
        reject(new Error(error.message, { cause: error }));
      else resolve({ exitCode: error ? exitCodeOf(error) : 0, stdout, stderr });
    });
  });

const exitCodeOf = (error: ExecFileException): number | null =>
  error.killed !== true && typeof error.code === 'number' ? error.code : null;
