import { spawn } from 'node:child_process';
import { existsSync } from 'node:fs';
import type { Readable } from 'node:stream';

export interface CommandEnd {
  /** Null: killed by a signal, as when its time was up. */
  readonly exitCode: number | null;
  /** Its beginning, as of stderr. */
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

/** Reads to the end and keeps the beginning: a complaint about each of a million files must not end who complains. */
const beginningOf = (stream: Readable): (() => string) => {
  const kept: Buffer[] = [];
  let left = MAX_OUTPUT_BYTES;
  stream.on('data', (chunk: Buffer) => {
    if (left > 0) kept.push(chunk.subarray(0, left));
    left -= chunk.length;
  });
  return () => Buffer.concat(kept).toString();
};

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
    const [file = program, ...args] = [...DIES_WITH_US, program, ...argv];
    const child = spawn(file, args, {
      env: { PATH: '/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin', LC_ALL: 'C' },
      cwd: '/',
      stdio: ['ignore', 'pipe', 'pipe'],
      timeout: timeoutMs,
      killSignal: 'SIGKILL',
    });
    const [stdout, stderr] = [beginningOf(child.stdout), beginningOf(child.stderr)];
    child.once('error', (error) => {
      reject(new Error(error.message, { cause: error }));
    });
    child.once('close', (exitCode) => {
      resolve({ exitCode, stdout: stdout(), stderr: stderr() });
    });
  });
