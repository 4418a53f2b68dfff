import type { ChildProcess } from 'node:child_process';
import { existsSync } from 'node:fs';
import type { Readable } from 'node:stream';
import type { ProcessGroups } from './process-groups.ts';
import { codeOf, messageOf } from '../faults.ts';

/** How long the output of a program that is gone may be held open by one that left its process group. */
const DRAIN_MS = 2000;

export interface Program {
  readonly argv: readonly string[];
  readonly cwd: string;
  readonly env: Readonly<Record<string, string>>;
}

export type ProgramEnd =
  | { readonly started: true; readonly exitCode: number | null; readonly signal: string | null }
  | {
      readonly started: false;
      readonly reason: string;
      /** There is no such program, or none that can be run. Else it was not to be had for the moment, or not with these words. */
      readonly isMissing: boolean;
    };

export interface ProgramOutput {
  readonly stdout: Readable;
  readonly stderr: Readable;
  readonly pid: number | undefined;
}

/** What `spawn` says of a program that is not there, or is none; also of a working directory that is not there. */
const MISSING = ['ENOENT', 'EACCES', 'ENOTDIR', 'ENOEXEC', 'EPERM', 'ELOOP'];

const whyNotStarted = (error: Error, { argv, cwd, env }: Program): string => {
  const name = argv[0] ?? '';
  if (!existsSync(cwd)) return `The working directory ${cwd} does not exist.`;
  if (!('code' in error)) return error.message;
  if (error.code === 'ENOENT') return `${name} was not found (PATH is ${env.PATH ?? 'empty'}).`;
  if (error.code === 'EACCES') return `${name} is not executable.`;
  return `${name} cannot be started: ${error.message}.`;
};

const ended = (child: ChildProcess, program: Program): Promise<ProgramEnd> =>
  new Promise((resolve) => {
    let end: ProgramEnd | undefined;
    child.once('error', (error) =>
      resolve({
        started: false,
        reason: whyNotStarted(error, program),
        isMissing: MISSING.includes(codeOf(error) ?? ''),
      }),
    );
    child.once('exit', (exitCode, signal) => {
      end = { started: true, exitCode, signal };
      setTimeout(() => {
        child.stdout?.destroy();
        child.stderr?.destroy();
      }, DRAIN_MS).unref();
    });
    child.once('close', () => {
      if (end !== undefined) resolve(end);
    });
  });

/**
 * Runs a program in a process group of its own, without input, and waits for its end and the end of its output. What it
 * left running in its group is killed.
 * @param onStart - Takes over both pipes.
 */
export const runProgram = (
  groups: ProcessGroups,
  program: Program,
  onStart: (output: ProgramOutput) => void,
): Promise<ProgramEnd> => {
  try {
    const child = groups.start(program.argv, {
      cwd: program.cwd,
      env: program.env,
      stdio: ['ignore', 'pipe', 'pipe'],
    });
    const end = ended(child, program);
    if (child.stdout !== null && child.stderr !== null)
      onStart({ stdout: child.stdout, stderr: child.stderr, pid: child.pid });
    return end;
  } catch (error) {
    // An argument with a NUL byte, or the job is being ended
    return Promise.resolve({
      started: false,
      reason: messageOf(error),
      isMissing: false,
    });
  }
};
