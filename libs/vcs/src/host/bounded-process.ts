import { spawn, type ChildProcessByStdio } from 'node:child_process';
import type { Readable, Writable } from 'node:stream';
import { pipeline } from 'node:stream/promises';

type Child = ChildProcessByStdio<Writable, Readable, Readable>;

export interface BoundedRun {
  readonly command: string;
  readonly args: readonly string[];
  readonly env: Readonly<Record<string, string>>;
  readonly cwd: string;
  readonly input?: AsyncIterable<Uint8Array> | Iterable<Uint8Array>;
  /** Takes the output piece by piece; `true` ends the process, which is then no failure. Default: it is collected. */
  readonly onOutput?: (piece: Buffer) => boolean;
  readonly maxOutputBytes: number;
  readonly timeoutMs: number;
  readonly signal: AbortSignal;
}

export interface RunResult {
  /** null when it was killed. */
  readonly exitCode: number | null;
  readonly stdout: Buffer;
  /** Its first 64 KiB. */
  readonly stderr: string;
  /** Why we ended it, if we did. */
  readonly stopped: 'output' | 'timeout' | 'enough' | null;
}

const MAX_STDERR_BYTES = 64 * 1024;

const killGroup = (child: Child): void => {
  if (child.pid === undefined) return;
  try {
    process.kill(-child.pid, 'SIGKILL');
  } catch {
    // gone already
  }
};

const feed = async (child: Child, input: BoundedRun['input']): Promise<void> => {
  if (input === undefined) {
    child.stdin.end();
    return;
  }
  await pipeline(input, child.stdin).catch((error: unknown) => {
    // A process that ended early tells why by its exit code; only a broken source is news
    if (!(Error.isError(error) && 'code' in error && isPipeError(error.code))) throw error;
  });
};

const isPipeError = (code: unknown): boolean =>
  code === 'EPIPE' ||
  code === 'ECONNRESET' ||
  code === 'ERR_STREAM_PREMATURE_CLOSE' ||
  code === 'ERR_STREAM_DESTROYED';

/**
 * Runs one program in its own process group, bounded in output and time; the whole group is killed when a bound or the
 * signal says so. A non-zero exit is a value.
 * @throws The signal's reason; the error of `input`; the spawn error.
 */
export const runBounded = async (run: BoundedRun): Promise<RunResult> => {
  run.signal.throwIfAborted();
  const child = spawn(run.command, run.args, {
    cwd: run.cwd,
    env: run.env,
    detached: true,
    stdio: ['pipe', 'pipe', 'pipe'],
  });
  let stopped: RunResult['stopped'] = null;
  const stop = (why: RunResult['stopped']): void => {
    stopped ??= why;
    killGroup(child);
  };
  const timer = setTimeout(() => {
    stop('timeout');
  }, run.timeoutMs);
  const onAbort = (): void => {
    killGroup(child);
  };
  run.signal.addEventListener('abort', onAbort, { once: true });
  const pieces: Buffer[] = [];
  const errors: Buffer[] = [];
  let bytes = 0;
  let errorBytes = 0;
  child.stdout.on('data', (piece: Buffer) => {
    bytes += piece.length;
    if (stopped !== null) return;
    if (bytes > run.maxOutputBytes) stop('output');
    else if (run.onOutput === undefined) pieces.push(piece);
    else if (run.onOutput(piece)) stop('enough');
  });
  child.stderr.on('data', (piece: Buffer) => {
    if (errorBytes < MAX_STDERR_BYTES) errors.push(piece.subarray(0, MAX_STDERR_BYTES - errorBytes));
    errorBytes += piece.length;
  });
  try {
    const ended = new Promise<number | null>((resolve, reject) => {
      child.once('error', reject).once('close', resolve);
    });
    const [exitCode] = await Promise.all([ended, feed(child, run.input)]);
    run.signal.throwIfAborted();
    return { exitCode, stdout: Buffer.concat(pieces), stderr: Buffer.concat(errors).toString(), stopped };
  } finally {
    clearTimeout(timer);
    run.signal.removeEventListener('abort', onAbort);
    killGroup(child);
  }
};
