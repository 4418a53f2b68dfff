import type { CommandsJob } from '@drydock/contracts';
import { runProgram, type ProgramEnd } from '../process/run-program.ts';
import { failed, finished, type JobEnd } from '../protocol/done-codes.ts';
import type { JobContext } from './job-context.ts';

const BASH = ['bash', '-euo', 'pipefail'];

interface Step {
  readonly title: string;
  readonly argv: readonly string[];
}

const stepsOf = ({ commands, script }: CommandsJob): Step[] =>
  commands.length === 0 && script !== undefined
    ? [{ title: `bash ${script}`, argv: [...BASH, script] }]
    : commands.map((command) => ({ title: command, argv: [...BASH, '-c', command] }));

const runStep = async (context: JobContext, { title, argv }: Step): Promise<ProgramEnd> => {
  const { groups, log, workspace: cwd, env } = context;
  log.note(`$ ${title}\n`);
  return runProgram(groups, { argv, cwd, env }, ({ stdout, stderr }) => {
    log.follow(stdout, 'stdout');
    log.follow(stderr, 'stderr');
  });
};

const failure = (title: string, end: ProgramEnd & { started: true }): JobEnd => {
  const how =
    end.exitCode === null ? `was ended by ${String(end.signal)}` : `exited with ${String(end.exitCode)}`;
  return failed('command_failed', `\`${title}\` ${how}.`, end.exitCode);
};

/** Runs commands one after the other; the first that fails is the last. */
export const runCommandsJob = async (job: CommandsJob, context: JobContext): Promise<JobEnd> => {
  for (const [index, step] of stepsOf(job).entries()) {
    const startedAt = performance.now();
    const end = await runStep(context, step);
    if (!end.started) return failed('image_unusable', `Commands need bash in the image. ${end.reason}`);
    context.log.flush();
    context.writer.send({
      type: 'command_finished',
      index,
      exitCode: end.exitCode,
      seconds: Math.round(performance.now() - startedAt) / 1000,
    });
    if (end.exitCode !== 0) return failure(step.title, end);
  }
  return finished('All commands succeeded.', 0);
};
