import type { CommandsJob } from '@drydock/contracts';
import { runProgram, type ProgramEnd } from '../process/run-program.ts';
import { failed, finished, type JobEnd } from '../protocol/done-codes.ts';
import type { JobContext } from './job-context.ts';

const runCommand = async (context: JobContext, command: string): Promise<ProgramEnd> => {
  const { groups, log, workspace: cwd, env } = context;
  const argv = ['bash', '-euo', 'pipefail', '-c', command];
  log.note(`$ ${command}\n`);
  return runProgram(groups, { argv, cwd, env }, ({ stdout, stderr }) => {
    log.follow(stdout, 'stdout');
    log.follow(stderr, 'stderr');
  });
};

const failure = (command: string, end: ProgramEnd & { started: true }): JobEnd => {
  const how =
    end.exitCode === null ? `was ended by ${String(end.signal)}` : `exited with ${String(end.exitCode)}`;
  return failed('command_failed', `\`${command}\` ${how}.`, end.exitCode);
};

/** A process table that earlier commands have filled, say, is no fault of the image. */
const neverRan = (command: string, { isMissing, reason }: ProgramEnd & { started: false }): JobEnd =>
  isMissing
    ? failed('image_unusable', `Commands need bash in the image. ${reason}`)
    : failed('command_failed', `\`${command}\` could not be started: ${reason}`);

/** Runs commands one after the other; the first that fails is the last. */
export const runCommandsJob = async (job: CommandsJob, context: JobContext): Promise<JobEnd> => {
  for (const [index, command] of job.commands.entries()) {
    const startedAt = performance.now();
    const end = await runCommand(context, command);
    if (!end.started) return neverRan(command, end);
    context.log.flush();
    context.writer.send({
      type: 'command_finished',
      index,
      exitCode: end.exitCode,
      seconds: Math.round(performance.now() - startedAt) / 1000,
    });
    if (end.exitCode !== 0) return failure(command, end);
  }
  return finished('All commands succeeded.', 0);
};
