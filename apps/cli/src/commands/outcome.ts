import type { Task } from '@drydock/sdk';
import { EXIT, type ExitCode } from '../exit-codes.ts';
import { cost, count, duration, times } from '../terminal/format.ts';
import type { Painter } from '../terminal/painter.ts';
import { oneLine, safeText } from '../terminal/safe-text.ts';

export const exitCodeOf = (task: Task): ExitCode => (task.status === 'succeeded' ? EXIT.ok : EXIT.failed);

const COLOURS: Readonly<Record<Task['status'], 'green' | 'red' | 'yellow' | 'blue' | 'dim'>> = {
  queued: 'dim',
  running: 'blue',
  waiting_for_input: 'yellow',
  succeeded: 'green',
  failed: 'red',
  cancelled: 'yellow',
};

export const statusPainter = ({ status }: Pick<Task, 'status'>, paint: Painter): ((text: string) => string) =>
  paint[COLOURS[status]];

/** `succeeded (changed)`, coloured. */
export const statusText = (task: Pick<Task, 'status' | 'outcome' | 'phase'>, paint: Painter): string => {
  const more = task.outcome ?? task.phase;
  const text = more === null || more === task.status ? task.status : `${task.status} (${more})`;
  return statusPainter(task, paint)(text);
};

export const sourceText = ({ source, base }: Task): string => {
  if (!source.git) return 'ZIP';
  const commit = base?.commit?.slice(0, 12);
  return oneLine([source.git.url, source.git.ref, commit].filter(Boolean).join(' '), 200);
};

const usageText = ({ usage }: Task): string =>
  [
    times(usage.modelCalls, 'step'),
    `${count(usage.inputTokens + usage.outputTokens)} tokens`,
    cost(usage.costUsd),
  ].join(' · ');

const timeText = ({ startedAt, finishedAt }: Task, nowMs: number): string =>
  startedAt === null
    ? 'not started'
    : duration((finishedAt === null ? nowMs : Date.parse(finishedAt)) - Date.parse(startedAt));

/** A task in a few lines. */
export const summaryLines = (task: Task, paint: Painter): string[] => {
  const { error, diffstat, pullRequest } = task;
  return [
    `${paint.bold(task.id)}  ${statusText(task, paint)}  ${timeText(task, Date.now())}`,
    ...(error === null ? [] : [`${paint.red(error.code)}: ${safeText(error.message)}`]),
    ...(task.usage.modelCalls > 0 ? [usageText(task)] : []),
    ...(diffstat === null
      ? []
      : [
          `${times(diffstat.files, 'file')} changed, ${paint.green(`+${String(diffstat.insertions)}`)} ${paint.red(`-${String(diffstat.deletions)}`)}`,
        ]),
    ...task.verify.map(
      ({ command, exitCode }) =>
        `verify ${exitCode === 0 ? paint.green('passed') : paint.red('failed')}: ${oneLine(command, 100)}`,
    ),
    ...(pullRequest === null ? [] : [`pull request: ${oneLine(pullRequest.url, 300)}`]),
  ];
};
